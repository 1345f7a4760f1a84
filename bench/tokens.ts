/** Seeds organizations and tokens by the thousand. Tokens with a known secret are created by the service's own code. */
import { generateSecret } from '../src/credentials/token-secret.js';
import { newId } from '../src/platform/database/ids.js';
import type { Environment } from './environment.js';

const PER_STATEMENT = 10_000;

export interface SeededToken {
  readonly id: string;
  readonly secret: string;
}

const INSERT = `
INSERT INTO access_tokens (id, kind, organization_id, label, scopes, selector, secret_hash, hash_key_version, hint)
SELECT id, 'organization', $1, 'bench', $2::text[], selector, hash, $3, hint
FROM unnest($4::uuid[], $5::text[], $6::bytea[], $7::text[]) AS token (id, selector, hash, hint)`;

/** Tokens without a known secret, in order of creation and with random selectors, like real ones. */
const INSERT_UNKNOWN = `
INSERT INTO access_tokens (id, kind, organization_id, label, scopes, selector, secret_hash, hash_key_version, hint)
SELECT uuidv7(), 'organization', $1, 'bench', '{organization:read}',
  substr(translate(encode(sha256(number::text::bytea), 'base64'), '+/=', 'xyz'), 1, 16),
  sha256(number::text::bytea), $2, 'lk_org_…0000'
FROM generate_series($3::bigint, $4::bigint) AS number`;

/** Returns the id of a new organization. */
export async function seedOrganization(environment: Environment, databaseUrl: string): Promise<string> {
  const id = newId();
  await environment.query(databaseUrl, "INSERT INTO organizations (id, name, slug) VALUES ($1, 'Bench', $2)", [
    id,
    `bench-${id}`,
  ]);
  return id;
}

/** Creates organization tokens with known secrets. */
export async function seedTokens(
  environment: Environment,
  databaseUrl: string,
  organizationId: string,
  count: number,
  scopes: readonly string[] = ['organization:read'],
): Promise<SeededToken[]> {
  const tokens: SeededToken[] = [];
  while (tokens.length < count) {
    const size = Math.min(PER_STATEMENT, count - tokens.length);
    const batch = Array.from({ length: size }, () => ({
      id: newId(),
      ...generateSecret('lk', 'organization', environment.hashKey),
    }));
    await environment.query(databaseUrl, INSERT, [
      organizationId,
      scopes,
      environment.hashKey.version,
      batch.map(({ id }) => id),
      batch.map(({ selector }) => selector),
      batch.map(({ hash }) => hash),
      batch.map(({ hint }) => hint),
    ]);
    tokens.push(...batch.map(({ id, secret }) => ({ id, secret })));
  }
  await environment.query(databaseUrl, 'VACUUM (ANALYZE) access_tokens');
  return tokens;
}

/** Fills the table up with tokens that are never used, for `organizationIds` in turn. */
export async function seedUnknownTokens(
  environment: Environment,
  databaseUrl: string,
  organizationIds: readonly string[],
  count: number,
): Promise<void> {
  const step = Math.ceil(count / organizationIds.length);
  for (const [index, organizationId] of organizationIds.entries()) {
    const bounds = [index * step + 1, Math.min(count, (index + 1) * step)];
    await environment.query(databaseUrl, INSERT_UNKNOWN, [organizationId, environment.hashKey.version, ...bounds]);
  }
  await environment.query(databaseUrl, 'VACUUM (ANALYZE) access_tokens');
}
