/** Revocations of a person's or an organization's rights, which affect their tokens too. */
import { PASSWORD, type Person } from '../fixtures.js';
import { requestRevocation, type CaseActors, type Preparation } from './revocation-case.js';

const AUDIT = 'audit-events?limit=1';

/** Creates a member with a personal token that reads the organization. */
async function memberWithToken(
  { fixtures, organization }: CaseActors,
  role: string,
  scope: string,
): Promise<Preparation & { readonly person: Person }> {
  const person = await fixtures.member(organization, role);
  const { secret } = await fixtures.personalToken(person, [scope]);
  const { path, principalPath } = organization;
  return { person, credential: secret, path, principalPath, refusal: 404 };
}

const demoted = requestRevocation('role lowered', async (actors) => {
  const { path, owner } = actors.organization;
  const { person, credential } = await memberWithToken(actors, 'admin', 'audit:read');
  const audit = `${path}/${AUDIT}`;
  return {
    credential,
    path: audit,
    // Every route that responds from the principal alone is open to a viewer, so the other route is used.
    principalPath: audit,
    refusal: 403,
    request: {
      method: 'PATCH',
      path: `${path}/members/${person.id}`,
      credential: owner.credential,
      body: { role: 'viewer' },
    },
  };
});

const removed = requestRevocation('member removed', async (actors) => {
  const { path, owner } = actors.organization;
  const { person, ...preparation } = await memberWithToken(actors, 'member', 'organization:read');
  const request = { method: 'DELETE', path: `${path}/members/${person.id}`, credential: owner.credential } as const;
  return { ...preparation, request };
});

const left = requestRevocation('member left', async (actors) => {
  const { person, ...preparation } = await memberWithToken(actors, 'member', 'organization:read');
  const path = `${actors.organization.path}/members/${person.id}`;
  return { ...preparation, request: { method: 'DELETE', path, credential: person.credential } };
});

const userDeleted = requestRevocation('user deleted', async ({ fixtures }) => {
  const person = await fixtures.person();
  const { secret } = await fixtures.personalToken(person, ['user:read']);
  const body = { password: PASSWORD };
  const request = { method: 'DELETE', path: '/api/v1/users/me', credential: person.credential, body } as const;
  return { credential: secret, request };
});

const organizationDeleted = requestRevocation('organization deleted', async ({ fixtures }) => {
  const organization = await fixtures.organization();
  const { secret } = await fixtures.organizationToken(organization, ['organization:read']);
  const { path, owner } = organization;
  return { credential: secret, request: { method: 'DELETE', path, credential: owner.credential } };
});

export const peopleRevocations = [demoted, removed, left, userDeleted, organizationDeleted];
