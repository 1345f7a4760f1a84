/** Revocations by an operator's SQL, which bypass the service. */
import { sqlRevocation, type CaseActors, type Preparation } from './revocation-case.js';

interface Named extends Preparation {
  readonly id: string;
}

async function organizationToken({ fixtures, organization }: CaseActors): Promise<Named> {
  const { id, secret } = await fixtures.organizationToken(organization, ['organization:read']);
  return { id, credential: secret };
}

async function tokenOfAPerson({ fixtures }: CaseActors): Promise<Named> {
  const person = await fixtures.person();
  const { secret } = await fixtures.personalToken(person, ['user:read']);
  return { id: person.id, credential: secret };
}

async function tokenOfAnOrganization({ fixtures }: CaseActors): Promise<Named> {
  const organization = await fixtures.organization();
  const { secret } = await fixtures.organizationToken(organization, ['organization:read']);
  return { id: organization.id, credential: secret };
}

async function tokenOfAMember({ fixtures, organization }: CaseActors): Promise<Named> {
  const person = await fixtures.member(organization, 'member');
  const { secret } = await fixtures.personalToken(person, ['organization:read']);
  const { path, principalPath } = organization;
  return { id: person.id, credential: secret, path, principalPath, refusal: 404 };
}

/** Writes like a worker of logical replication: ordinary triggers do not fire and foreign keys are not checked. */
const AS_REPLICA = `WITH role AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true))`;

export const sqlRevocations = [
  sqlRevocation('UPDATE access_tokens', 'UPDATE access_tokens SET revoked_at = now() WHERE id = $1', organizationToken),
  sqlRevocation('DELETE FROM access_tokens', 'DELETE FROM access_tokens WHERE id = $1', organizationToken),
  sqlRevocation('UPDATE users (disabled)', 'UPDATE users SET disabled_at = now() WHERE id = $1', tokenOfAPerson),
  sqlRevocation('DELETE FROM users', 'DELETE FROM users WHERE id = $1', tokenOfAPerson),
  sqlRevocation(
    'UPDATE organizations (suspended)',
    'UPDATE organizations SET suspended_at = now() WHERE id = $1',
    tokenOfAnOrganization,
  ),
  sqlRevocation('DELETE FROM memberships', 'DELETE FROM memberships WHERE user_id = $1', tokenOfAMember),
  sqlRevocation(
    'UPDATE access_tokens (as replica)',
    `${AS_REPLICA} UPDATE access_tokens SET revoked_at = now() FROM role WHERE id = $1`,
    organizationToken,
  ),
  sqlRevocation(
    'DELETE FROM users (as replica)',
    `${AS_REPLICA} DELETE FROM users USING role WHERE id = $1`,
    tokenOfAPerson,
  ),
  sqlRevocation(
    'DELETE FROM memberships (as replica)',
    `${AS_REPLICA} DELETE FROM memberships USING role WHERE user_id = $1`,
    tokenOfAMember,
  ),
];
