/**
 * The only service that seals and opens private keys. An opened key goes into a response that may show it, and nowhere
 * else.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { LedgerAccountRow, NewAccount } from '../account-row.js';
import type { KeyType, NetworkName } from '../networks/ledger-network.js';
import { generateKeys } from './account-keys.js';
import { openKey, sealKey } from './key-seal.js';

@Injectable()
export class KeyVault {
  constructor(private readonly config: AppConfig) {}

  newAccount(id: string, network: NetworkName, keyType: KeyType): NewAccount {
    const { publicKey, privateKey } = generateKeys(keyType);
    const sealedKey = sealKey(privateKey, id, this.config.ledgerAccounts.encryptionKeys[0]);
    return { id, network, keyType, publicKey, sealedKey };
  }

  /** DER, lower-case hex. */
  open({ id, sealedKey }: Pick<LedgerAccountRow, 'id' | 'sealedKey'>): string {
    try {
      return openKey(sealedKey, id, this.config.ledgerAccounts.encryptionKeys).toString('hex');
    } catch (cause) {
      throw new AppError('internal', { internal: `the private key of ledger account ${id} cannot be opened`, cause });
    }
  }
}
