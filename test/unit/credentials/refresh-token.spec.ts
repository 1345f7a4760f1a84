import { describe, expect, it } from '@jest/globals';
import { newRefreshToken, parseRefreshToken, successorOf } from '../../../src/credentials/refresh-token.js';
import { newId } from '../../../src/platform/database/ids.js';

describe('a refresh token', () => {
  it('is read back as it was made', () => {
    const token = newRefreshToken(newId());
    expect(parseRefreshToken(token.text)).toEqual(token);
  });

  it('is followed by another of the same session and family', () => {
    const token = newRefreshToken(newId());
    const next = successorOf(token);
    expect(next.sessionId).toBe(token.sessionId);
    expect(next.familyHash).toEqual(token.familyHash);
    expect(next.hash).not.toEqual(token.hash);
  });

  it('shares nothing but its session with another family', () => {
    const id = newId();
    expect(newRefreshToken(id).familyHash).not.toEqual(newRefreshToken(id).familyHash);
  });

  const { text } = newRefreshToken(newId());
  it.each([
    undefined,
    '',
    text.slice(1),
    `${text}a`,
    text.replace('.', '-'),
    `${text.slice(0, -1)}.`,
    `${text.slice(0, -1)}-`,
    `${'x'.repeat(36)}${text.slice(36)}`,
  ])('is not read from %s', (presented) => {
    expect(parseRefreshToken(presented)).toBeNull();
  });
});
