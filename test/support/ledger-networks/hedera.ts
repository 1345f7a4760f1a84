/** Driver `hedera`: the official SDK against two nodes on loopback, one for each network. */
import type { NetworkName } from '../../../src/ledger-accounts/networks/ledger-network.js';
import { ConsensusNode } from '../consensus-node/consensus-node.js';
import { createTestDatabase } from '../database.js';
import { startDriver, type Driver, type NetworkUnderTest } from './network-under-test.js';

/** Far above the suite's rate; the driver's own default is two. */
const RATE = { LEDGER_CREATIONS_PER_SECOND: '10000' };

export interface HederaUnderTest extends NetworkUnderTest {
  readonly nodes: Readonly<Record<NetworkName, ConsensusNode>>;
}

export async function startHedera(): Promise<HederaUnderTest> {
  const database = await createTestDatabase();
  const nodes = { testnet: await ConsensusNode.start(), previewnet: await ConsensusNode.start() };
  const shared = { ...nodes.testnet.environment('TESTNET'), ...nodes.previewnet.environment('PREVIEWNET') };
  const drivers: Driver[] = [];
  const start = async (env: Readonly<Record<string, string>>): Promise<Driver> => {
    const driver = await startDriver({ DATABASE_URL: database.url, ...RATE, ...shared, ...env });
    drivers.push(driver);
    return driver;
  };
  const { networks } = await start({});
  return {
    networks,
    nodes,
    another: async (env) => (await start(env)).networks,
    countAccounts: async (network, publicKey) =>
      [...nodes[network].ledger.accounts.values()].filter(({ rawKey }) => publicKey.endsWith(rawKey)).length,
    reset: (network) => nodes[network].order({ reset: true }),
    goSilent: () => nodes.testnet.order({ down: true }),
    comeBack: () => nodes.testnet.order({ down: false }),
    loseAnswer: async (call) => {
      await nodes.testnet.order({ mute: true });
      const told = await call().catch((error: unknown) => error);
      await nodes.testnet.order({ mute: false });
      return told;
    },
    close: async () => {
      for (const driver of drivers) await driver.close();
      for (const node of Object.values(nodes)) await node.close();
      await database.drop();
    },
  };
}
