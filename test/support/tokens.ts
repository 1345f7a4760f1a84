/** Tokens of both kinds, so that one spec holds what is promised of both. */
import type { Test } from 'supertest';
import type { Actor, IssuedToken, Person } from './actors.js';
import type { TestApp } from './app.js';
import type { Organization, Scene } from './scene.js';

export const TOKEN_KINDS = ['personal', 'organization'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export const PERSONAL_TOKENS = '/api/v1/users/me/tokens';
/** A scope that both kinds carry and every role holds. */
export const HARMLESS = ['organization:read'];

/** All that the role `member` holds. */
export const MEMBER_SCOPES = [
  'organization:read',
  'members:read',
  'tokens:read',
  'ledger-accounts:read',
  'ledger-accounts:manage',
  'ledger-accounts:reveal',
];
/** All that an organization token may carry: all that an admin holds but `verifiers:manage`. */
export const ORGANIZATION_SCOPES = [
  ...MEMBER_SCOPES,
  'organization:update',
  'members:manage',
  'tokens:manage',
  'audit:read',
  'verifiers:read',
];

/** Where tokens of this kind live, for members of the scene's organization. */
export function tokensPath(kind: TokenKind, { organization }: { organization: Organization }): string {
  return kind === 'personal' ? PERSONAL_TOKENS : `${organization.path}/tokens`;
}

export function tokenPath(kind: TokenKind, cast: Scene, { token }: IssuedToken): string {
  return `${tokensPath(kind, cast)}/${token.id}`;
}

/** A valid body, with these fields instead. */
export function tokenBody(fields: object = {}): object {
  return { label: 'deploy', scopes: HARMLESS, expiresAt: null, ...fields };
}

export function issue(kind: TokenKind, cast: Scene, by: Person, fields: object = {}): Promise<IssuedToken> {
  const { scopes = HARMLESS, ...rest } = fields as { scopes?: string[] };
  return kind === 'personal'
    ? by.issuePersonalToken(scopes, rest)
    : by.issueOrganizationToken(cast.organization.id, scopes, rest);
}

/** Presents the token: 200 while it is alive, 401 when it is dead. */
export function present(holder: Actor): Test {
  return holder.get('/api/v1/token');
}

export function inHours(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

/** Moves the token's creation and expiry into the past, as if time had passed. */
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
