/** Refuses to start with keys that open not all private keys: better no new instance than one that fails when it is asked. */
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

  /** On a database without the table there are no keys; readiness tells the operator to migrate. */
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

  /** The seal itself tells whether the key is the right one. */
  private opens({ id, sealedKey }: Awaited<ReturnType<SealedKeysRepository['listSamples']>>[number]): boolean {
    try {
      return openKey(sealedKey, id, this.config.ledgerAccounts.encryptionKeys).length > 0;
    } catch {
      return false;
    }
  }
}
