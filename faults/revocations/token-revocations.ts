/** Revocations of one token. */
import type { Revocation } from '../history.js';
import { caseOf, requestRevocation, type CaseActors, type RevocationKind } from './revocation-case.js';

const SCOPES = ['organization:read'];
const OTHER_SCOPES = ['audit:read'];
/** Long enough for the probes before the expiry, short enough to wait for. */
const LIFE_MS = 1_500;

const revoked = requestRevocation('revoke', async ({ fixtures, organization }) => {
  const { id, secret } = await fixtures.organizationToken(organization, SCOPES);
  const { path, owner } = organization;
  return {
    credential: secret,
    request: { method: 'DELETE', path: `${path}/tokens/${id}`, credential: owner.credential },
  };
});

const revokedPersonal = requestRevocation('revoke a personal token', async ({ fixtures }) => {
  const person = await fixtures.person();
  const { id, secret } = await fixtures.personalToken(person, ['user:read']);
  const path = `/api/v1/users/me/tokens/${id}`;
  return { credential: secret, request: { method: 'DELETE', path, credential: person.credential } };
});

const bulkRevoked = requestRevocation('bulk revoke', async ({ fixtures, organization }) => {
  const { id, secret } = await fixtures.organizationToken(organization, SCOPES);
  const other = await fixtures.organizationToken(organization, SCOPES);
  const body = { tokenIds: [other.id, id] };
  const path = `${organization.path}/tokens/revoke`;
  return { credential: secret, request: { method: 'POST', path, credential: organization.owner.credential, body } };
});

const allRevoked = requestRevocation('revoke all', async ({ fixtures }) => {
  const organization = await fixtures.organization();
  const { secret } = await fixtures.organizationToken(organization, SCOPES);
  const path = `${organization.path}/tokens/revoke`;
  const { credential } = organization.owner;
  return { credential: secret, request: { method: 'POST', path, credential, body: { all: true } } };
});

const rotated = requestRevocation('rotate', async ({ fixtures, organization }) => {
  const { id, secret } = await fixtures.organizationToken(organization, SCOPES);
  const path = `${organization.path}/tokens/${id}/rotate`;
  return { credential: secret, request: { method: 'POST', path, credential: organization.owner.credential, body: {} } };
});

const givenUp = requestRevocation('revoked by its holder', async ({ fixtures, organization }) => {
  const { secret } = await fixtures.organizationToken(organization, SCOPES);
  return { credential: secret, request: { method: 'DELETE', path: '/api/v1/token', credential: secret } };
});

const narrowed = requestRevocation('scopes narrowed', async ({ fixtures, organization }) => {
  const { path, principalPath, owner } = organization;
  const { id, secret } = await fixtures.organizationToken(organization, [...SCOPES, ...OTHER_SCOPES]);
  const body = { scopes: OTHER_SCOPES };
  return {
    credential: secret,
    path,
    principalPath,
    refusal: 403,
    request: { method: 'PATCH', path: `${path}/tokens/${id}`, credential: owner.credential, body },
  };
});

/**
 * Nothing acknowledges an expiry. Its instant is known in advance, and is mapped to this process's clock through the
 * database's clock.
 */
const expired: RevocationKind = {
  name: 'expiry reached',
  isRequest: false,
  prepare: async ({ fixtures, organization, psql }) => {
    const clock = await databaseClock(psql);
    const expiresAt = new Date(Math.ceil(clock.now + LIFE_MS));
    const { secret } = await fixtures.organizationToken(organization, SCOPES, { expiresAt: expiresAt.toISOString() });
    const start = clock.earliest + (expiresAt.getTime() - clock.now);
    const end = clock.latest + (expiresAt.getTime() - clock.now);
    return caseOf('expiry reached', { credential: secret }, () => passed({ start, end }));
  },
};

async function databaseClock(psql: CaseActors['psql']): Promise<{ now: number; earliest: number; latest: number }> {
  const earliest = performance.now();
  const sql = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now';
  const { rows } = await psql.query<{ now: number }>(sql);
  return { now: rows[0]?.now ?? 0, earliest, latest: performance.now() };
}

function passed(revocation: Revocation & { readonly end: number }): Promise<Revocation> {
  const left = revocation.end - performance.now();
  return new Promise((resolve) => setTimeout(() => resolve(revocation), Math.max(0, left) + 1));
}

export const tokenRevocations = [
  revoked,
  revokedPersonal,
  bulkRevoked,
  allRevoked,
  rotated,
  givenUp,
  narrowed,
  expired,
];
