/** The door itself, behind a fence that confirms what the test says; the fence has specs of its own. */
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { AppConfig } from '../../../config/app-config.js';
import { formatToken, SECRET_LENGTH } from '../../../src/credentials/token-format.js';
import { generateSecret, hashSecret } from '../../../src/credentials/token-secret.js';
import { CredentialVerifier } from '../../../src/verification/credential-verifier.service.js';
import type {
  CredentialFacts,
  TokenRowFacts,
  UserRowFacts,
  Wanted,
} from '../../../src/verification/credential-facts.js';
import type { Fence } from '../../../src/verification/fence.js';
import { StaleHashesBuffer } from '../../../src/verification/usage/stale-hashes.buffer.js';

const NOW = new Date('2026-05-01T12:00:00Z');
const BEFORE = new Date(NOW.getTime() - 1);
const AFTER = new Date(NOW.getTime() + 1);
const OLD = { version: 'v1', key: randomBytes(32) };
const NEW = { version: 'v2', key: randomBytes(32) };

const user: UserRowFacts = {
  id: 'u1',
  email: 'a@b.test',
  name: 'A',
  username: 'a-1',
  emailVerified: true,
  disabledAt: null,
  memberships: [],
};
const organization = { id: 'o1', slug: 'acme', name: 'Acme', suspendedAt: null };
const session = {
  kind: 'session',
  session: { id: 'n1', userId: 'u1', expiresAt: AFTER, revokedAt: null },
  user,
} as const;

interface Made {
  readonly secret: string;
  readonly row: TokenRowFacts;
}

function made(kind: TokenRowFacts['kind'], userId: string | null, organizationId: string | null): Made {
  const { secret, selector, hash: secretHash, hashKeyVersion } = generateSecret('lk', kind, NEW);
  const [createdAt, expiresAt, revokedAt] = [BEFORE, null, null];
  const found = { id: 't1', kind, selector, secretHash, hashKeyVersion, scopes: ['tokens:read'] as const };
  return { secret, row: { ...found, createdAt, expiresAt, revokedAt, userId, organizationId } };
}

const personal = made('personal', 'u1', null);
const organizational = made('organization', null, 'o1');
const asPersonal = (token: TokenRowFacts): CredentialFacts => ({ kind: 'personal-token', token, user });
const asOrganizational = (token: TokenRowFacts): CredentialFacts => ({
  kind: 'organization-token',
  token,
  organization,
});

function verifierOf(facts: CredentialFacts | null) {
  const asked: Wanted[] = [];
  const confirm = async (wanted: Wanted) => {
    asked.push(wanted);
    return { facts, now: NOW };
  };
  const config = { tokens: { prefix: 'lk', hashKeys: [NEW, OLD] } } as unknown as AppConfig;
  const stale = new StaleHashesBuffer(config);
  return { verifier: new CredentialVerifier({ confirm } as unknown as Fence, stale, config), asked, stale };
}

const tokenVerdict = (facts: CredentialFacts | null, secret: string) => verifierOf(facts).verifier.verifyToken(secret);
/** Another secret under the same selector, with a right checksum. */
const forged = (row: TokenRowFacts): string => formatToken('lk', row.kind, row.selector, 'A'.repeat(SECRET_LENGTH));

describe('a presented token', () => {
  it('is refused without a question when this service cannot have issued it', async () => {
    const { verifier, asked } = verifierOf(asPersonal(personal.row));
    for (const text of ['', 'x', personal.secret.slice(0, -1), personal.secret.replace('lk_', 'xx_')]) {
      expect(await verifier.verifyToken(text)).toEqual({ ok: false, refusal: 'malformed' });
    }

    expect(asked).toEqual([]);
  });

  it('is looked for by its selector, and accepted when the facts say so', async () => {
    const { verifier, asked } = verifierOf(asPersonal(personal.row));
    const { selector, id } = personal.row;

    expect(await verifier.verifyToken(personal.secret)).toMatchObject({
      ok: true,
      principal: { kind: 'personal-token', token: { id }, user: { id: 'u1' } },
    });
    expect(asked).toEqual([{ kind: 'token', selector }]);
    expect(await tokenVerdict(asOrganizational(organizational.row), organizational.secret)).toMatchObject({
      ok: true,
      principal: { kind: 'organization-token', organization: { id: 'o1' } },
    });
  });

  it.each<[string, CredentialFacts | null]>([
    ['there is no such token', null],
    ['its selector is found on a session', session],
    ['its row is of the other kind', asOrganizational({ ...organizational.row, secretHash: personal.row.secretHash })],
    ['its row lost its hash', asPersonal({ ...personal.row, secretHash: null })],
    ['its row has another hash', asPersonal({ ...personal.row, secretHash: organizational.row.secretHash })],
    ['its row names another key', asPersonal({ ...personal.row, hashKeyVersion: 'v1' })],
  ])('is unknown when %s', async (_, facts) => {
    expect(await tokenVerdict(facts, personal.secret)).toEqual({ ok: false, refusal: 'unknown' });
  });

  it.each([
    ['alive', {}],
    ['revoked', { revokedAt: BEFORE }],
    ['expired', { expiresAt: BEFORE }],
  ])('tells a guesser nothing about a token that is %s', async (_, ends) => {
    const verdict = await tokenVerdict(asPersonal({ ...personal.row, ...ends }), forged(personal.row));

    expect(verdict).toEqual({ ok: false, refusal: 'unknown' });
  });

  it('is judged by the database’s clock', async () => {
    const verdict = (expiresAt: Date) => tokenVerdict(asPersonal({ ...personal.row, expiresAt }), personal.secret);

    expect(await verdict(AFTER)).toMatchObject({ ok: true });
    expect(await verdict(NOW)).toEqual({ ok: false, refusal: 'expired' });
    const revoked = asPersonal({ ...personal.row, revokedAt: AFTER });
    expect(await tokenVerdict(revoked, personal.secret)).toEqual({ ok: false, refusal: 'revoked' });
  });
});

describe('a token hashed under another key', () => {
  const under = (fields: Partial<TokenRowFacts>) => asPersonal({ ...personal.row, ...fields });
  const old = { secretHash: hashSecret(personal.secret, OLD), hashKeyVersion: 'v1' };

  it('is accepted under an older key, and noted to be hashed anew', async () => {
    const { verifier, stale } = verifierOf(under(old));

    expect(await verifier.verifyToken(personal.secret)).toMatchObject({ ok: true });
    expect(stale.take()).toMatchObject([{ tokenId: 't1', new: { keyVersion: 'v2' } }]);
  });

  it('is not noted when it is dead, or when it was not proved', async () => {
    const { verifier, stale } = verifierOf(under({ ...old, revokedAt: BEFORE }));
    await verifier.verifyToken(personal.secret);
    expect(stale.take()).toEqual([]);

    const guessed = verifierOf(under(old));
    await guessed.verifier.verifyToken(forged(personal.row));
    expect(guessed.stale.take()).toEqual([]);
  });

  it('is no case for a 401 when this instance lacks the key: 503, unless the token is dead anyway', async () => {
    await expect(tokenVerdict(under({ hashKeyVersion: 'v9' }), personal.secret)).rejects.toMatchObject({
      code: 'unavailable',
      options: { internal: expect.stringContaining('v9'), retryAfterSeconds: 1 },
    });
    const dead = under({ hashKeyVersion: 'v9', revokedAt: BEFORE });
    expect(await tokenVerdict(dead, personal.secret)).toEqual({ ok: false, refusal: 'unknown' });
  });
});

describe('a session’s bearer', () => {
  const claims = { sessionId: 'n1', userId: 'u1', expiresAt: AFTER };

  it('is accepted when the row says so too', async () => {
    const { verifier, asked } = verifierOf(session);

    expect(await verifier.verifySession(claims)).toMatchObject({
      ok: true,
      principal: { kind: 'session', sessionId: 'n1', user: { id: 'u1' } },
    });
    expect(asked).toEqual([{ kind: 'session', id: 'n1' }]);
  });

  it.each([
    ['expired from the instant on in which the bearer ends', { expiresAt: NOW }, session, 'expired'],
    ['unknown when it is another person’s', { userId: 'u9' }, session, 'unknown'],
    ['unknown when there is none', {}, null, 'unknown'],
    ['unknown when its id is found on a token', {}, asPersonal(personal.row), 'unknown'],
    ['revoked when its row is', {}, { ...session, session: { ...session.session, revokedAt: AFTER } }, 'revoked'],
  ])('is %s', async (_, fields, facts: CredentialFacts | null, refusal) => {
    const { verifier } = verifierOf(facts);

    expect(await verifier.verifySession({ ...claims, ...fields })).toEqual({ ok: false, refusal });
  });
});
