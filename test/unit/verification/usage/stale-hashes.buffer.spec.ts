import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { AppConfig } from '../../../../config/app-config.js';
import { hashSecret } from '../../../../src/credentials/token-secret.js';
import { StaleHashesBuffer } from '../../../../src/verification/usage/stale-hashes.buffer.js';

const OLD = { version: 'v1', key: randomBytes(32) };
const NEW = { version: 'v2', key: randomBytes(32) };
const SECRET = 'lk_pat_something';

describe('stale hashes', () => {
  const fresh = (): StaleHashesBuffer =>
    new StaleHashesBuffer({ tokens: { hashKeys: [NEW, OLD] } } as unknown as AppConfig);
  const stored = { id: 'a', secretHash: hashSecret(SECRET, OLD), hashKeyVersion: 'v1' };

  it('are hashed anew under the newest key, and the secret is not kept', () => {
    const stale = fresh();
    stale.note(stored, SECRET);
    const taken = stale.take();
    expect(taken).toEqual([
      {
        tokenId: 'a',
        old: { hash: stored.secretHash, keyVersion: 'v1' },
        new: { hash: hashSecret(SECRET, NEW), keyVersion: 'v2' },
      },
    ]);
    expect(JSON.stringify(taken)).not.toContain(SECRET);
  });

  it('are taken once', () => {
    const stale = fresh();
    stale.note(stored, SECRET);
    stale.note(stored, SECRET);
    expect(stale.take()).toHaveLength(1);
    expect(stale.take()).toEqual([]);
  });

  it('are none under the newest key, or where there is no hash', () => {
    const stale = fresh();
    stale.note({ ...stored, hashKeyVersion: 'v2' }, SECRET);
    stale.note({ ...stored, secretHash: null }, SECRET);
    expect(stale.take()).toEqual([]);
  });

  it('take bounded memory', () => {
    const stale = fresh();
    for (let index = 0; index < 11_000; index += 1) stale.note({ ...stored, id: String(index) }, SECRET);
    expect(stale.take()).toHaveLength(10_000);
  });
});
