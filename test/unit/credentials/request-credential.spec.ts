import { describe, expect, it } from '@jest/globals';
import { credentialOf } from '../../../src/credentials/request-credential.js';

function credential(...rawHeaders: string[]): string | null {
  return credentialOf({ rawHeaders });
}

describe('the credential of a request', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('is read from the scheme %s', (scheme) => {
    expect(credential('Authorization', `${scheme} abc`)).toBe('abc');
  });

  it('is read from X-Access-Key in any case', () => {
    expect(credential('x-ACCESS-key', 'abc')).toBe('abc');
  });

  it.each(['Basic YTpi', 'Digest x', 'Bearerabc', ''])('is none for the header %j', (header) => {
    expect(credential('Authorization', header)).toBeNull();
  });

  it('is empty, and not none, for a bearer without a token', () => {
    expect(credential('Authorization', 'Bearer')).toBe('');
  });

  it('is not an empty X-Access-Key', () => {
    expect(credential('X-Access-Key', ' ')).toBeNull();
    expect(credential('Authorization', 'Bearer abc', 'X-Access-Key', '')).toBe('abc');
  });

  it.each(['\u00a0', '\u00ad', '\ufeff', '\u2003', '\v', '\f', '\x85'])(
    'keeps %j, which is no white space of HTTP',
    (space) => {
      expect(credential('X-Access-Key', `abc${space}`)).toBe(`abc${space}`);
      expect(credential('X-Access-Key', `${space}abc`)).toBe(`${space}abc`);
      expect(credential('X-Access-Key', space)).toBe(space);
      expect(credential('Authorization', `Bearer abc${space}`)).toBe(`abc${space}`);
      expect(credential('Authorization', `Bearer ${space}abc`)).toBe(`${space}abc`);
      expect(credential('Authorization', `${space}Bearer abc`)).toBeNull();
      expect(() => credential('X-Access-Key', 'abc', 'X-Access-Key', `abc${space}`)).toThrow(
        expect.objectContaining({ code: 'ambiguous_credentials' }),
      );
    },
  );

  it('may stand in both headers when it is the same', () => {
    expect(credential('Authorization', 'Bearer abc', 'X-Access-Key', 'abc')).toBe('abc');
  });

  it.each([
    ['two different headers', ['Authorization', 'Bearer abc', 'X-Access-Key', 'def']],
    ['two Authorization headers', ['Authorization', 'Bearer abc', 'authorization', 'Bearer def']],
    ['two schemes', ['Authorization', 'Basic abc', 'Authorization', 'Bearer def']],
    ['two X-Access-Key headers', ['X-Access-Key', 'abc', 'X-Access-Key', 'def']],
  ])('is refused in %s', (_, headers) => {
    expect(() => credential(...headers)).toThrow(expect.objectContaining({ code: 'ambiguous_credentials' }));
  });
});
