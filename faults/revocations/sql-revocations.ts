/** Revocations by an operator's SQL, which bypass the service. */
import { sqlVerb, type CaseActors, type Preparation } from './revocation-case.js';

interface Named extends Preparation {
  readonly id: string;
}

async function organizationToken({ town, organization }: CaseActors): Promise<Named> {
  const { id, secret } = await town.organizationToken(organization, ['organization:read']);
  return { id, credential: secret };
}

async function tokenOfAPerson({ town }: CaseActors): Promise<Named> {
  const person = await town.person();
  const { secret } = await town.personalToken(person, ['user:read']);
  return { id: person.id, credential: secret };
}

async function tokenOfAnOrganization({ town }: CaseActors): Promise<Named> {
  const organization = await town.organization();
  const { secret } = await town.organizationToken(organization, ['organization:read']);
  return { id: organization.id, credential: secret };
}

async function tokenOfAMember({ town, organization }: CaseActors): Promise<Named> {
  const person = await town.member(organization, 'member');
  const { secret } = await town.personalToken(person, ['organization:read']);
  const { path, principalPath } = organization;
  return { id: person.id, credential: secret, path, principalPath, refusal: 404 };
}

/** Writes like a worker of logical replication: ordinary triggers do not fire and foreign keys are not checked. */
const AS_REPLICA = `WITH role AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true))`;

export const sqlVerbs = [
  sqlVerb('UPDATE access_tokens', 'UPDATE access_tokens SET revoked_at = now() WHERE id = $1', organizationToken),
  sqlVerb('DELETE FROM access_tokens', 'DELETE FROM access_tokens WHERE id = $1', organizationToken),
  sqlVerb('UPDATE users (disabled)', 'UPDATE users SET disabled_at = now() WHERE id = $1', tokenOfAPerson),
  sqlVerb('DELETE FROM users', 'DELETE FROM users WHERE id = $1', tokenOfAPerson),
  sqlVerb(
    'UPDATE organizations (suspended)',
    'UPDATE organizations SET suspended_at = now() WHERE id = $1',
    tokenOfAnOrganization,
  ),
  sqlVerb('DELETE FROM memberships', 'DELETE FROM memberships WHERE user_id = $1', tokenOfAMember),
  sqlVerb(
    'UPDATE access_tokens (as replica)',
    `${AS_REPLICA} UPDATE access_tokens SET revoked_at = now() FROM role WHERE id = $1`,
    organizationToken,
  ),
  sqlVerb('DELETE FROM users (as replica)', `${AS_REPLICA} DELETE FROM users USING role WHERE id = $1`, tokenOfAPerson),
  sqlVerb(
    'DELETE FROM memberships (as replica)',
    `${AS_REPLICA} DELETE FROM memberships USING role WHERE user_id = $1`,
    tokenOfAMember,
  ),
];
