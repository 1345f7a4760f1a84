import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatToken } from '../../../../src/credentials/token-format.js';
import { withoutAccessTokens, withoutSecrets } from '../../../../src/platform/logging/secret-patterns.js';

const TOKEN = formatToken('acme', 'personal', '0123456789abcdef', `${'Bc3'.repeat(14)}Z`);

describe('text without secrets', () => {
  it.each([
    ['curl/8.1', 'curl/8.1'],
    ['my_org_client/2.1', 'my_org_client/2.1'],
    [
      'a token of 16 public characters, acme_pat_aaaaaaaaaaaaaaaa',
      'a token of 16 public characters, acme_pat_aaaaaaaaaaaaaaaa',
    ],
    ['0192aa1e-7b3c-7def-8123-456789abcdef', '0192aa1e-7b3c-7def-8123-456789abcdef'],
    [TOKEN, '[redacted]'],
    [TOKEN.toUpperCase(), '[redacted]'],
    [`"${TOKEN}",`, '"[redacted]",'],
    [TOKEN.slice(0, 30), '[redacted]'],
    [`x${'Ab3Cd'.repeat(8)}`, '[redacted]'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln-bmF0_dXJl', '[redacted]'],
  ])('of %s is %s', (text, kept) => {
    expect(withoutSecrets(text)).toBe(kept);
  });

  it('holds no token of any brand and kind, whatever stands around it', () => {
    const brand = fc.stringMatching(/^[a-z0-9]{2,12}$/);
    const kind = fc.constantFrom('personal' as const, 'organization' as const);
    const [selector, random] = [fc.stringMatching(/^[0-9A-Za-z]{16}$/), fc.stringMatching(/^[0-9A-Za-z]{43}$/)];
    fc.assert(
      fc.property(
        brand,
        kind,
        selector,
        random,
        fc.string(),
        fc.string(),
        (name, of, public_, secret, before, after) => {
          const text = before + formatToken(name, of, public_, secret) + after;
          return !withoutSecrets(text).includes(secret) && !withoutAccessTokens(text).includes(secret);
        },
      ),
    );
  });
});

describe('text without access tokens', () => {
  it('keeps what only may be a secret', () => {
    const digest = 'commit 3f786850e387550fdab836ed7e6dc881de23001b3f786850e387550fdab836ed';
    expect(withoutAccessTokens(digest)).toBe(digest);
    expect(withoutAccessTokens('x'.repeat(100))).toBe('x'.repeat(100));
  });
});
