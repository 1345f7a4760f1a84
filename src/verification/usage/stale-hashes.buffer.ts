/**
 * Hashes under an older server key, noted when their token is used: only then is the secret available for a new hash.
 * The secret itself is not kept; token-usage.writer.ts writes the new hashes later.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { hashSecret } from '../../credentials/token-secret.js';

/** A token beyond the limit is noted at a later use. */
const MAX_NOTES = 10_000;

export interface StaleHash {
  readonly tokenId: string;
  readonly old: { readonly hash: Buffer; readonly keyVersion: string };
  readonly new: { readonly hash: Buffer; readonly keyVersion: string };
}

interface StoredHash {
  readonly id: string;
  readonly secretHash: Buffer | null;
  readonly hashKeyVersion: string;
}

@Injectable()
export class StaleHashesBuffer {
  private noted = new Map<string, StaleHash>();

  constructor(private readonly config: AppConfig) {}

  /** Notes a stale hash. Call only with a secret that was just verified. */
  note({ id, secretHash, hashKeyVersion }: StoredHash, secret: string): void {
    const [newest] = this.config.tokens.hashKeys;
    if (hashKeyVersion === newest.version || secretHash === null) return;
    if (this.noted.has(id) || this.noted.size >= MAX_NOTES) return;
    this.noted.set(id, {
      tokenId: id,
      old: { hash: secretHash, keyVersion: hashKeyVersion },
      new: { hash: hashSecret(secret, newest), keyVersion: newest.version },
    });
  }

  /** Returns and clears all notes: a failed write is noted again at the next use. */
  take(): StaleHash[] {
    const taken = [...this.noted.values()];
    this.noted = new Map();
    return taken;
  }
}
