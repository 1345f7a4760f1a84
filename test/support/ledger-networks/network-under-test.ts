/** Driver and network as the contract suite needs them. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../config/env.js';
import {
  LedgerNetworks,
  type AccountCreation,
  type KeyType,
  type NetworkName,
} from '../../../src/ledger-accounts/networks/ledger-network.js';
import { LedgerNetworksModule } from '../../../src/ledger-accounts/networks/ledger-networks.module.js';
import { ConfigModule } from '../../../src/platform/config/config.module.js';
import { DatabaseModule } from '../../../src/platform/database/database.module.js';

export interface NetworkUnderTest {
  readonly networks: LedgerNetworks;
  /** Another process of the service on the same networks, with its own environment. */
  another(env: Readonly<Record<string, string>>): Promise<LedgerNetworks>;
  /** Number of accounts that the network itself has under a key. */
  countAccounts(network: NetworkName, publicKey: string): Promise<number>;
  reset(network: NetworkName): Promise<void>;
  /** Stops all responses; earlier requests may still be executed. */
  goSilent(): Promise<void>;
  comeBack(): Promise<void>;
  /** Runs a call that the network executes, and whose response is lost. */
  loseAnswer(call: () => Promise<unknown>): Promise<unknown>;
  close(): Promise<void>;
}

/** Long, because one attempt of the SDK gets a third of it, and a busy machine is slow. */
export const TIME_LIMIT_MS = 3_000;

export interface Driver {
  readonly networks: LedgerNetworks;
  close(): Promise<void>;
}

@Module({})
class Rooms {}

/** Driver as the service creates it: from the environment, by the same module. */
export async function startDriver(env: Readonly<Record<string, string>>): Promise<Driver> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-ledger-'));
  const config = loadConfig({
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    LEDGER_REQUEST_TIMEOUT_MS: String(TIME_LIMIT_MS),
    ...env,
  });
  const imports = [ConfigModule.of(config), DatabaseModule, LedgerNetworksModule];
  const context = await NestFactory.createApplicationContext({ module: Rooms, imports }, { logger: ['error'] });
  return {
    networks: context.get(LedgerNetworks),
    close: async () => {
      await context.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

const DER_PREFIX: Readonly<Record<KeyType, string>> = {
  ed25519: '302a300506032b6570032100',
  ecdsa: '302d300706052b8104000a032200',
};

function newPublicKey(keyType: KeyType): string {
  if (keyType === 'ed25519') {
    return generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('hex');
  }
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });
  const parity = (Buffer.from(y, 'base64url').at(-1) ?? 0) % 2 === 0 ? '02' : '03';
  return `${DER_PREFIX.ecdsa}${parity}${Buffer.from(x, 'base64url').toString('hex')}`;
}

/** Creation with a new key and a new transaction id, unless they are given. */
export function creationOn(networks: LedgerNetworks, given: Partial<AccountCreation> = {}): AccountCreation {
  const { keyType = 'ed25519' } = given;
  return {
    transactionId: networks.newTransactionId('testnet'),
    keyType,
    publicKey: newPublicKey(keyType),
    initialBalance: 100_000_000_000n,
    ...given,
  };
}
