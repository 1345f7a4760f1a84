/** Revocations of a person's or an organization's rights, which affect their tokens too. */
import { PASSWORD, type Person } from '../fixtures.js';
import { requestVerb, type CaseActors, type Preparation } from './revocation-case.js';

const AUDIT = 'audit-events?limit=1';

/** Creates a member with a personal token that reads the organization. */
async function memberWithToken(
  { town, organization }: CaseActors,
  role: string,
  scope: string,
): Promise<Preparation & { readonly person: Person }> {
  const person = await town.member(organization, role);
  const { secret } = await town.personalToken(person, [scope]);
  const { path, principalPath } = organization;
  return { person, credential: secret, path, principalPath, refusal: 404 };
}

const demoted = requestVerb('role lowered', async (household) => {
  const { path, owner } = household.organization;
  const { person, credential } = await memberWithToken(household, 'admin', 'audit:read');
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

const removed = requestVerb('member removed', async (household) => {
  const { path, owner } = household.organization;
  const { person, ...preparation } = await memberWithToken(household, 'member', 'organization:read');
  const request = { method: 'DELETE', path: `${path}/members/${person.id}`, credential: owner.credential } as const;
  return { ...preparation, request };
});

const left = requestVerb('member left', async (household) => {
  const { person, ...preparation } = await memberWithToken(household, 'member', 'organization:read');
  const path = `${household.organization.path}/members/${person.id}`;
  return { ...preparation, request: { method: 'DELETE', path, credential: person.credential } };
});

const userDeleted = requestVerb('user deleted', async ({ town }) => {
  const person = await town.person();
  const { secret } = await town.personalToken(person, ['user:read']);
  const body = { password: PASSWORD };
  const request = { method: 'DELETE', path: '/api/v1/users/me', credential: person.credential, body } as const;
  return { credential: secret, request };
});

const organizationDeleted = requestVerb('organization deleted', async ({ town }) => {
  const organization = await town.organization();
  const { secret } = await town.organizationToken(organization, ['organization:read']);
  const { path, owner } = organization;
  return { credential: secret, request: { method: 'DELETE', path, credential: owner.credential } };
});

export const peopleVerbs = [demoted, removed, left, userDeleted, organizationDeleted];
