/**
 * Hashes made under an older server key, noticed when their token is used: the only moment when the secret is there to
 * be hashed anew. The secret itself is not kept; token-usage.writer.ts writes the new hashes later.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { hashSecret } from '../../credentials/token-secret.js';

/** A token that is not noted because there is no room will be used again. */
const MOST_KEPT = 10_000;

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

  /** Call with a secret that has just been found genuine. */
  note({ id, secretHash, hashKeyVersion }: StoredHash, secret: string): void {
    const [newest] = this.config.tokens.hashKeys;
    if (hashKeyVersion === newest.version || secretHash === null) return;
    if (this.noted.has(id) || this.noted.size >= MOST_KEPT) return;
    this.noted.set(id, {
      tokenId: id,
      old: { hash: secretHash, keyVersion: hashKeyVersion },
      new: { hash: hashSecret(secret, newest), keyVersion: newest.version },
    });
  }

  /** Everything noted, which is forgotten here: what then cannot be written is noted again at the next use. */
  take(): StaleHash[] {
    const taken = [...this.noted.values()];
    this.noted = new Map();
    return taken;
  }
}
