import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openKey, sealKey } from '../../../../src/ledger-accounts/keys/key-seal.js';
import { newId } from '../../../../src/platform/database/ids.js';

const OLD = { version: 'v1', key: randomBytes(32) };
const NEW = { version: 'v2', key: randomBytes(32) };
const ID = newId();
const SECRET = Buffer.from('a private key of forty-eight bytes, or of fifty..');

describe('a sealed private key', () => {
  it('is opened by the key that sealed it, also when a newer one came in front', () => {
    expect(openKey(sealKey(SECRET, ID, OLD), ID, [NEW, OLD])).toEqual(SECRET);
  });

  it('shows nothing of what is in it, and is another one each time', () => {
    const [one, other] = [sealKey(SECRET, ID, OLD), sealKey(SECRET, ID, OLD)];
    expect(one.sealed.includes(SECRET.subarray(0, 8))).toBe(false);
    expect(one.sealed.equals(other.sealed)).toBe(false);
  });

  it('does not open in another account’s row', () => {
    expect(() => openKey(sealKey(SECRET, ID, OLD), newId(), [OLD])).toThrow();
  });

  it('does not open by another key of the same name, and says which one is missing', () => {
    const sealed = sealKey(SECRET, ID, OLD);
    expect(() => openKey(sealed, ID, [{ ...OLD, key: NEW.key }])).toThrow();
    expect(() => openKey(sealed, ID, [NEW])).toThrow('LEDGER_ENCRYPTION_KEYS lacks version v1');
  });

  it.each([0, 12, 28, 40])('does not open with another bit at byte %d', (at) => {
    const { sealed, keyVersion } = sealKey(SECRET, ID, OLD);
    sealed[at] = (sealed[at] ?? 0) ^ 1;
    expect(() => openKey({ sealed, keyVersion }, ID, [OLD])).toThrow();
  });

  it.each([0, 11, 12, 20, 27, 28])('does not open when only %d bytes of it are left', (length) => {
    const { sealed, keyVersion } = sealKey(SECRET, ID, OLD);
    expect(() => openKey({ sealed: sealed.subarray(0, length), keyVersion }, ID, [OLD])).toThrow();
  });
});
