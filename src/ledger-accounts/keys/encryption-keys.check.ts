/**
 * Start-up check of the encryption keys: refuses a configuration that cannot open every private key. Otherwise the new
 * instance would fail later, when a key is requested.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { openKey } from './key-seal.js';
import { SealedKeysRepository } from './sealed-keys.repository.js';

@Injectable()
export class EncryptionKeysCheck implements OnModuleInit {
  constructor(
    private readonly repository: SealedKeysRepository,
    private readonly config: AppConfig,
  ) {}

  /** A database without the table has no keys; the readiness check tells the operator to migrate. */
  async onModuleInit(): Promise<void> {
    if (!(await this.repository.isMigrated())) return;
    const unreadable = (await this.repository.listSamples()).filter((sample) => !this.opens(sample));
    if (unreadable.length === 0) return;
    const versions = unreadable.map(({ sealedKey }) => sealedKey.keyVersion).join(', ');
    throw new Error(
      `LEDGER_ENCRYPTION_KEYS lacks ${versions}, or has another key under that name than private keys of ledger accounts ` +
        'were sealed with. Restore it behind the newest one.',
    );
  }

  /** Whether the key opens the sample: the seal's authentication tag proves that it is the right key. */
  private opens({ id, sealedKey }: Awaited<ReturnType<SealedKeysRepository['listSamples']>>[number]): boolean {
    try {
      return openKey(sealedKey, id, this.config.ledgerAccounts.encryptionKeys).length > 0;
    } catch {
      return false;
    }
  }
}
