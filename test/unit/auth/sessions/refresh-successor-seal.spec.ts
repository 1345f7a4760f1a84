import { describe, expect, it } from '@jest/globals';
import { createHash, hkdfSync } from 'node:crypto';
import { openSuccessor, sealSuccessor } from '../../../../src/auth/sessions/refresh-successor-seal.js';
import { newRefreshToken, successorOf } from '../../../../src/credentials/refresh-token.js';
import { newId } from '../../../../src/platform/database/ids.js';

describe('a sealed successor', () => {
  const used = newRefreshToken(newId());
  const successor = successorOf(used);
  const sealed = sealSuccessor(successor, used);

  it('is opened by the token that it replaces', () => {
    expect(openSuccessor(sealed, used)).toEqual(successor);
  });

  it('is opened by no other token of the family, and by none of another session', () => {
    const others = [successor, successorOf(used), newRefreshToken(used.sessionId), newRefreshToken(newId())];
    expect(others.map((other) => openSuccessor(sealed, other))).toEqual([null, null, null, null]);
  });

  it('is not opened by what the table holds: the hashes of token and family', () => {
    const known = [used.hash.toString('hex'), used.familyHash.toString('hex'), used.hash.toString('latin1')];
    expect(known.map((text) => openSuccessor(sealed, { ...used, text }))).toEqual([null, null, null]);
  });

  it('is opened no more when any byte of it was changed, or some are missing', () => {
    for (let index = 0; index < sealed.length; index += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
      expect(openSuccessor(altered, used)).toBeNull();
      expect(openSuccessor(sealed.subarray(0, index), used)).toBeNull();
    }
  });

  it('differs each time, and holds no secret in the clear', () => {
    expect(sealSuccessor(successor, used)).not.toEqual(sealed);
    expect(sealed.includes(successor.secret)).toBe(false);
    expect(sealed).toHaveLength(71);
  });

  it('is sealed under HKDF-SHA256 of the text, which its SHA-256 does not give away', () => {
    const key = Buffer.from(hkdfSync('sha256', used.text, '', 'latchkey/refresh-successor/1', 32));
    expect(key).not.toEqual(createHash('sha256').update(used.text).digest());
  });
});
