/** Tokens of both kinds, so that one spec tests both. */
import type { Test } from 'supertest';
import type { Actor, IssuedToken, Person } from './actors.js';
import type { TestApp } from './app.js';
import type { Organization, Scene } from './scene.js';

export const TOKEN_KINDS = ['personal', 'organization'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export const PERSONAL_TOKENS = '/api/v1/users/me/tokens';
/** Scope that both kinds carry and every role has. */
export const HARMLESS = ['organization:read'];

/** All scopes of the role `member`. */
export const MEMBER_SCOPES = [
  'organization:read',
  'members:read',
  'tokens:read',
  'ledger-accounts:read',
  'ledger-accounts:manage',
  'ledger-accounts:reveal',
];
/** All scopes of an organization token: an admin's without `verifiers:manage`. */
export const ORGANIZATION_SCOPES = [
  ...MEMBER_SCOPES,
  'organization:update',
  'members:manage',
  'tokens:manage',
  'audit:read',
  'verifiers:read',
];

/** Path of tokens of this kind, for members of the scene's organization. */
export function tokensPath(kind: TokenKind, { organization }: { organization: Organization }): string {
  return kind === 'personal' ? PERSONAL_TOKENS : `${organization.path}/tokens`;
}

export function tokenPath(kind: TokenKind, cast: Scene, { token }: IssuedToken): string {
  return `${tokensPath(kind, cast)}/${token.id}`;
}

/** Returns a valid body with these fields replaced. */
export function tokenBody(fields: object = {}): object {
  return { label: 'deploy', scopes: HARMLESS, expiresAt: null, ...fields };
}

export function issue(kind: TokenKind, cast: Scene, by: Person, fields: object = {}): Promise<IssuedToken> {
  const { scopes = HARMLESS, ...rest } = fields as { scopes?: string[] };
  return kind === 'personal'
    ? by.issuePersonalToken(scopes, rest)
    : by.issueOrganizationToken(cast.organization.id, scopes, rest);
}

/** Uses the token: 200 while it is live, 401 afterwards. */
export function present(holder: Actor): Test {
  return holder.get('/api/v1/token');
}

export function inHours(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

/** Moves the token's creation and expiry into the past. */
export async function dbExpire(app: TestApp, { token }: IssuedToken): Promise<void> {
  await app.db(`UPDATE access_tokens SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1`, [
    token.id,
  ]);
}

export async function dbToken(app: TestApp, tokenId: string): Promise<Record<string, unknown>> {
  const [row] = await app.db('SELECT * FROM access_tokens WHERE id = $1', [tokenId]);
  if (!row) throw new Error('no such token');
  return row;
}

export async function dbTokenEvents(app: TestApp, tokenId: string): Promise<{ action: string; details: object }[]> {
  return app.db<{ action: string; details: object }>(
    'SELECT action, actor_kind, actor_id, target_name, details FROM audit_events WHERE target_id = $1 ORDER BY id',
    [tokenId],
  );
}
