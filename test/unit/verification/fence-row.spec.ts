import { describe, expect, it } from '@jest/globals';
import { loadedBy, type FenceRow } from '../../../src/verification/fence-row.js';

const AT = '2026-05-01T12:00:00.123+00:00';
const DATE = new Date(AT);
const NOTHING = { tokens: [], sessions: [], users: [], organizations: [] };

const row: FenceRow = {
  snapshot: '1:1:',
  now: DATE,
  server: 'x',
  replica: false,
  log: 'l',
  guards: null,
  outdated: null,
  changes: null,
};
const token = {
  id: 't1',
  kind: 'personal',
  selector: 's1',
  secretHash: 'ff00',
  hashKeyVersion: 'v1',
  scopes: [],
  createdAt: AT,
  expiresAt: AT,
  revokedAt: AT,
  userId: 'u1',
  organizationId: null,
} as const;
const person = { id: 'u1', email: 'a@b.test', name: 'A', username: 'a-b', emailVerified: true };
const membership = {
  organizationId: 'o1',
  organizationSlug: 'acme',
  role: 'owner',
  organizationSuspended: false,
} as const;
const place = { id: 'o1', slug: 'acme', name: 'Acme' };

describe('what a fence loaded', () => {
  it('is nothing when it looked for nothing or found nothing', () => {
    expect(loadedBy(row)).toEqual(NOTHING);
    expect(loadedBy({ ...row, tokens: null, sessions: null, users: null, organizations: null })).toEqual(NOTHING);
  });

  it('has bytes and instants, no texts', () => {
    const session = { id: 'n1', userId: 'u1', expiresAt: AT, revokedAt: AT };
    const users = [{ ...person, disabledAt: AT, memberships: [{ ...membership, leftAt: AT }] }];
    const organizations = [{ ...place, suspendedAt: AT }];
    expect(loadedBy({ ...row, tokens: [token], sessions: [session], users, organizations })).toEqual({
      tokens: [{ ...token, secretHash: Buffer.from([255, 0]), createdAt: DATE, expiresAt: DATE, revokedAt: DATE }],
      sessions: [{ ...session, expiresAt: DATE, revokedAt: DATE }],
      users: [{ ...person, disabledAt: DATE, memberships: [{ ...membership, leftAt: DATE }] }],
      organizations: [{ ...place, suspendedAt: DATE }],
    });
  });

  it('keeps null for what has not happened, and no hash for a column that was emptied', () => {
    const live = { ...token, secretHash: null, expiresAt: null, revokedAt: null };
    const users = [{ ...person, disabledAt: null, memberships: null }];
    const organizations = [{ ...place, suspendedAt: null }];
    expect(loadedBy({ ...row, tokens: [live], users, organizations })).toEqual({
      tokens: [{ ...live, createdAt: DATE }],
      sessions: [],
      users: [{ ...person, disabledAt: null, memberships: [] }],
      organizations,
    });
  });

  it('is dead since 1970 where a session has lost its end', () => {
    const [session] = loadedBy({
      ...row,
      sessions: [{ id: 'n1', userId: 'u1', expiresAt: null, revokedAt: null }],
    }).sessions;

    expect(session).toEqual({ id: 'n1', userId: 'u1', expiresAt: new Date(0), revokedAt: null });
  });
});

describe('an instant that a Date does not hold', () => {
  const [loaded] = loadedBy({ ...row, tokens: [{ ...token, createdAt: 'infinity', expiresAt: 'infinity' }] }).tokens;

  it('is never, as an expiry without an end', () => {
    expect(loaded?.expiresAt).toBeNull();
  });

  it('is after nothing, as a time of creation', () => {
    expect(loaded?.createdAt.getTime()).toBeNaN();
  });
});
