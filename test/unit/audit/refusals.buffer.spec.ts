import { beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalsBuffer, type Refusal } from '../../../src/audit/refusals.buffer.js';

const MINUTE = 60_000;
const user = { id: 'u1', email: 'a@b.test', name: 'A', username: 'a-b', emailVerified: true };

/** Refused to a personal token. */
function refusal({ token = 't1', route = 'GET /a', organizationId = 'o1', permission = 'audit:read' } = {}): Refusal {
  const facts = { id: token, selector: token, scopes: [], createdAt: new Date(), expiresAt: null };
  const principal = { kind: 'personal-token' as const, token: facts, user, memberships: [] };
  return {
    permission,
    organizationId,
    caller: { principal, route, ip: '127.0.0.1', userAgent: null, requestId: 'r1' },
  };
}

describe('the buffer of refusals', () => {
  let buffer: RefusalsBuffer;
  beforeEach(() => {
    buffer = new RefusalsBuffer();
  });
  const noteTimes = (count: number, atMs: number, of = refusal()): boolean[] =>
    Array.from({ length: count }, () => buffer.note(of, atMs));

  it('tells the first of a kind at once and no other', () => {
    expect(noteTimes(3, 0)).toEqual([true, false, false]);
  });

  it.each([
    ['token', { token: 't2' }],
    ['route', { route: 'GET /b' }],
    ['organization', { organizationId: 'o2' }],
    ['permission', { permission: 'tokens:read' }],
  ])('tells kinds apart by %s', (_, other) => {
    expect([buffer.note(refusal(), 0), buffer.note(refusal(other), 0)]).toEqual([true, true]);
  });

  it('summarises repetitions when the window ends, with their first and last moment', () => {
    noteTimes(1, 0);
    noteTimes(1, 1_000);
    noteTimes(2, 2_000);
    expect(buffer.take(MINUTE - 1)).toEqual([]);
    expect(buffer.take(MINUTE)).toMatchObject([{ count: 3, firstAtMs: 1_000, lastAtMs: 2_000, routes: ['GET /a'] }]);
    expect(buffer.take(MINUTE)).toEqual([]);
  });

  it('doubles the window while refusals go on, up to an hour', () => {
    let now = 0;
    const lengths: number[] = [];
    noteTimes(1, now);
    for (let round = 0; round < 9; round += 1) {
      noteTimes(1, now);
      const begun = now;
      while (buffer.take(now).length === 0) now += MINUTE;
      lengths.push((now - begun) / MINUTE);
    }
    expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('begins anew after a window without a refusal', () => {
    noteTimes(1, 0);
    buffer.take(MINUTE);
    expect(noteTimes(2, MINUTE)).toEqual([true, false]);
  });

  it('hands out open windows when it is asked for all', () => {
    noteTimes(2, 0);
    expect(buffer.take(1, { all: true })).toMatchObject([{ count: 1 }]);
  });

  it('counts together what one account has beyond a hundred kinds, and names their routes', () => {
    const kinds = Array.from({ length: 300 }, (_, index) =>
      refusal({ token: `t${index}`, route: `GET /${index % 30}` }),
    );
    const told = kinds.filter((kind) => buffer.note(kind, 0));
    expect(told).toHaveLength(101);
    const [summary] = buffer.take(MINUTE);
    expect(summary).toMatchObject({ count: 199 });
    expect(summary?.routes).toHaveLength(20);
  });

  it('keeps the kinds of other accounts and organizations apart from a crowded one', () => {
    for (let index = 0; index < 200; index += 1) buffer.note(refusal({ token: `t${index}` }), 0);
    expect(buffer.note(refusal({ organizationId: 'o2' }), 0)).toBe(true);
  });

  it('loses nothing that could not be written', () => {
    noteTimes(3, 0);
    const [summary] = buffer.take(MINUTE);
    noteTimes(1, MINUTE + 1);
    if (summary) buffer.putBack(summary);
    expect(buffer.take(0, { all: true })).toMatchObject([{ count: 3, firstAtMs: 0, lastAtMs: MINUTE + 1 }]);
  });

  it('tells the next one when the first could not be told', () => {
    noteTimes(1, 0);
    buffer.retract(refusal());
    expect(noteTimes(1, 0)).toEqual([true]);
  });

  it('holds a bounded number of kinds, and summarises the oldest early', () => {
    noteTimes(2, 0);
    for (let index = 0; index < 50_000; index += 1) buffer.note(refusal({ organizationId: `other-${index}` }), 0);
    expect(buffer.take(1)).toMatchObject([{ count: 1, refusal: { organizationId: 'o1' } }]);
  });
});
