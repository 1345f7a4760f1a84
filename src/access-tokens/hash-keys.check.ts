/**
 * Start-up check of the hash keys: refuses a configuration that would make live tokens unverifiable. Otherwise the new
 * instance would answer 503 to valid tokens, or put a second key under a version that rows already use.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { keyCheckValue } from '../credentials/token-secret.js';
import { HashKeysRepository } from './hash-keys.repository.js';

@Injectable()
export class HashKeysCheck implements OnModuleInit {
  constructor(
    private readonly repository: HashKeysRepository,
    private readonly config: AppConfig,
  ) {}

  /** A database without the tables has no tokens; the readiness check tells the operator to migrate. */
  async onModuleInit(): Promise<void> {
    if (!(await this.repository.isMigrated())) return;
    await this.refuseChangedKeys();
    await this.refuseMissingKeys();
  }

  private async refuseChangedKeys(): Promise<void> {
    const checks = this.config.tokens.hashKeys.map((key) => ({ version: key.version, checkValue: keyCheckValue(key) }));
    await this.repository.insertMissing(checks);
    const known = new Map((await this.repository.listChecks()).map((check) => [check.version, check.checkValue]));
    const changed = checks.filter(({ version, checkValue }) => known.get(version)?.equals(checkValue) !== true);
    if (changed.length === 0) return;
    throw new Error(
      `TOKEN_HASH_KEYS has another key under ${namesOf(changed)} than this database was used with. ` +
        'Restore the old key, or give the new key a version of its own and put it in front of the old one.',
    );
  }

  private async refuseMissingKeys(): Promise<void> {
    const configured = new Set(this.config.tokens.hashKeys.map(({ version }) => version));
    const missing = (await this.repository.listVersionsInUse()).filter((version) => !configured.has(version));
    if (missing.length === 0) return;
    throw new Error(
      `TOKEN_HASH_KEYS lacks ${missing.join(', ')}, under which live tokens are hashed. Add the key again, or revoke ` +
        'those tokens first (access_tokens.hash_key_version names them).',
    );
  }
}

function namesOf(keys: readonly { version: string }[]): string {
  return keys.map(({ version }) => version).join(', ');
}
