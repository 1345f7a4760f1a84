import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verifySessionFacts, verifyTokenFacts } from '../../../src/verification/credential-rules.js';
import type {
  OrganizationTokenCredential,
  PersonalTokenCredential,
  SessionCredential,
  TokenRowFacts,
} from '../../../src/verification/credential-facts.js';

const NOW = new Date('2026-05-01T12:00:00Z');
const BEFORE = new Date(NOW.getTime() - 1);
const AFTER = new Date(NOW.getTime() + 1);
const USER = '0193d7a4-7a5b-7000-8000-000000000001';

const user = {
  id: USER,
  email: 'a@b.test',
  name: 'A',
  username: 'a-b',
  emailVerified: true,
  disabledAt: null,
  memberships: [],
};
const organization = { id: USER, slug: 'acme', name: 'Acme', suspendedAt: null };
const row: TokenRowFacts = {
  id: USER,
  kind: 'personal',
  selector: 'x',
  secretHash: Buffer.alloc(32),
  hashKeyVersion: 'v1',
  scopes: ['tokens:read'],
  createdAt: BEFORE,
  expiresAt: null,
  revokedAt: null,
  userId: USER,
  organizationId: null,
};
const personal: PersonalTokenCredential = { kind: 'personal-token', token: row, user };
const organizational: OrganizationTokenCredential = { kind: 'organization-token', token: row, organization };
const session: SessionCredential = {
  kind: 'session',
  session: { id: USER, userId: USER, expiresAt: AFTER, revokedAt: null },
  user,
};

const verdict = (judged: { ok: true } | { ok: false; refusal: string }): string => (judged.ok ? 'ok' : judged.refusal);

describe('a token', () => {
  it.each([
    ['lives without an expiry', {}, 'ok'],
    ['lives before its expiry', { expiresAt: AFTER }, 'ok'],
    ['is dead from the instant of its expiry on', { expiresAt: NOW }, 'expired'],
    ['is dead after its expiry', { expiresAt: BEFORE }, 'expired'],
    ['is dead when its expiry cannot be compared', { expiresAt: new Date(NaN) }, 'expired'],
    ['is dead once revoked', { revokedAt: BEFORE }, 'revoked'],
    ['is dead when it is revoked for a time to come: clocks differ, the deed is done', { revokedAt: AFTER }, 'revoked'],
    ['is revoked first of all', { revokedAt: BEFORE, expiresAt: BEFORE }, 'revoked'],
  ])('%s', (_, facts, expected) => {
    expect(verdict(verifyTokenFacts({ ...personal, token: { ...row, ...facts } }, NOW))).toBe(expected);
    expect(verdict(verifyTokenFacts({ ...organizational, token: { ...row, ...facts } }, NOW))).toBe(expected);
  });

  it('is dead with its disabled user, or its suspended organization', () => {
    expect(verdict(verifyTokenFacts({ ...personal, user: { ...user, disabledAt: AFTER } }, NOW))).toBe('owner-gone');
    const suspended = { ...organization, suspendedAt: AFTER };
    expect(verdict(verifyTokenFacts({ ...organizational, organization: suspended }, NOW))).toBe('organization-gone');
  });

  it('never shows its hash to those who ask who is calling', () => {
    for (const credential of [personal, organizational]) {
      expect(JSON.stringify(verifyTokenFacts(credential, NOW))).not.toMatch(/hash|revoked|disabled|suspended/i);
    }
  });

  it('lives exactly as long as neither of its ends has come', () => {
    const instant = fc.option(fc.date({ min: new Date(0), max: new Date('2100-01-01Z'), noInvalidDate: true }));
    fc.assert(
      fc.property(instant, instant, (expiresAt, revokedAt) => {
        const alive = revokedAt === null && (expiresAt === null || expiresAt > NOW);
        expect(verifyTokenFacts({ ...personal, token: { ...row, expiresAt, revokedAt } }, NOW).ok).toBe(alive);
      }),
    );
  });
});

describe('a session', () => {
  it.each([
    ['lives before its expiry', {}, 'ok'],
    ['is dead from the instant of its expiry on', { expiresAt: NOW }, 'expired'],
    ['is dead when its expiry cannot be compared', { expiresAt: new Date(NaN) }, 'expired'],
    ['is dead once ended', { revokedAt: BEFORE }, 'revoked'],
  ])('%s', (_, facts, expected) => {
    const judged = verifySessionFacts({ ...session, session: { ...session.session, ...facts } }, USER, NOW);
    expect(verdict(judged)).toBe(expected);
  });

  it('is dead with its disabled user', () => {
    expect(verdict(verifySessionFacts({ ...session, user: { ...user, disabledAt: NOW } }, USER, NOW))).toBe(
      'owner-gone',
    );
  });

  it('is nobody else’s', () => {
    expect(verdict(verifySessionFacts(session, '0193d7a4-7a5b-7000-8000-000000000009', NOW))).toBe('unknown');
  });
});
