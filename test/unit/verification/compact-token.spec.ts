import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scopesOf } from '../../../src/access-control/scopes.js';
import { expand, TokenCompactor } from '../../../src/verification/compact-token.js';
import type { TokenRowFacts } from '../../../src/verification/credential-facts.js';

const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01Z'), noInvalidDate: true });
const owner = fc
  .uuid()
  .chain((id) =>
    fc.constantFrom(
      { kind: 'personal' as const, userId: id, organizationId: null },
      { kind: 'organization' as const, userId: null, organizationId: id },
    ),
  );
const token: fc.Arbitrary<TokenRowFacts> = fc
  .record({
    id: fc.uuid(),
    selector: fc.string(),
    secretHash: fc.option(fc.uint8Array({ minLength: 0, maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
    hashKeyVersion: fc.string(),
    scopes: fc.subarray(scopesOf('personal')),
    createdAt: instant,
    expiresAt: fc.option(instant),
    revokedAt: fc.option(instant),
    owner,
  })
  .map(({ owner: whose, ...rest }) => ({ ...rest, ...whose }));

function ownerIdOf({ userId, organizationId }: TokenRowFacts): string {
  return userId ?? organizationId ?? '';
}

describe('a compact token', () => {
  it('says what the token said: every fact, to the byte and the millisecond', () => {
    const compactor = new TokenCompactor();
    fc.assert(
      fc.property(token, (facts) => {
        expect(expand(facts.selector, compactor.compact(facts, ownerIdOf(facts)))).toEqual(facts);
      }),
    );
  });

  it('holds once what many tokens have in common', () => {
    const compactor = new TokenCompactor();
    const [facts] = fc.sample(token, 1) as [TokenRowFacts];
    const compact = (scopes: TokenRowFacts['scopes']): TokenRowFacts['scopes'] =>
      compactor.compact({ ...facts, scopes }, 'o').scopes;

    const first = compact(['tokens:read', 'members:read']);
    expect(compact(['tokens:read', 'members:read'])).toBe(first);
    expect(compact(['members:read', 'tokens:read'])).not.toBe(first);
    expect(compact(['tokens:read'])).toEqual(['tokens:read']);
    // As an operator may mistype it: one scope that no permission is, and not two.
    const mistyped = ['tokens:read members:read'] as unknown as TokenRowFacts['scopes'];
    expect(compact(mistyped)).toEqual(mistyped);
    expect(compact(['tokens:read', 'members:read'])).toBe(first);
  });

  it('holds a thousand lists in common and no more, and every later one just as it is', () => {
    const compactor = new TokenCompactor();
    const [facts] = fc.sample(token, 1) as [TokenRowFacts];
    const choice = (number: number) => scopesOf('personal').filter((_, bit) => (number >> bit) % 2 === 1);
    const compact = (number: number) => compactor.compact({ ...facts, scopes: choice(number) }, 'o').scopes;
    const lists = Array.from({ length: 1_001 }, (_, number) => compact(number));

    const isShared = (number: number): boolean => compact(number) === lists[number];
    expect([isShared(0), isShared(999), isShared(1_000)]).toEqual([true, true, false]);
    expect(lists[1_000]).toEqual(choice(1_000));
  });
});
