/**
 * Every route of the router × every kind of credential × every role × own and foreign organization, against the published
 * table of roles: default deny, 403 inside the organization, 404 outside it.
 */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ownPermissions } from '../../../src/access-control/effective-permissions.js';
import type { Permission } from '../../../src/access-control/permissions.js';
import { SESSION_ONLY_PERMISSIONS } from '../../../src/access-control/session-only-permissions.js';
import { ROLE_GRANTS, ROLES, type Role } from '../../../src/access-control/role-grants.js';
import { scopesOf, type Scope } from '../../../src/access-control/scopes.js';
import { permissionOf, routeTable, type Route } from '../../../src/openapi/route-table.js';
import { Actor, bearing, signIn, type Person } from '../../support/actors.js';
import { sharedApp } from '../../support/app.js';
import { outcomeOf, PLACE, type Outcome } from '../../support/route-calls.js';
import { found, scene, type Organization, type Scene } from '../../support/scene.js';

/** Tried last and alone, each with credentials that nobody else needs. */
const DESTRUCTIVE = [
  'DELETE /api/v1/organizations/:organization',
  'DELETE /api/v1/token',
  'DELETE /api/v1/auth/sessions',
];

/** One scope, and nothing else. */
const NARROW = 'verifiers:read';

/** Leaving needs no more than being there; the same route on anybody else needs this. */
const ON_ANOTHER = new Map<string, Permission>([
  ['DELETE /api/v1/organizations/:organization/members/:userId', 'members:manage'],
]);

const app = await sharedApp();
const guarded = routeTable(app.nest).filter((route) => permissionOf(route) !== null);
/** Where an organization stands in the path, as one or as an account. */
const ofOrganizations = guarded.filter(({ path }) => PLACE.test(path));
const ofAccounts = guarded.filter((route) => overOneself(route) !== null);
const others = guarded.filter((route) => !ofOrganizations.includes(route) && !ofAccounts.includes(route));

describe('the authorization matrix', () => {
  let cast: Scene;
  let foreign: Organization;
  let people: Record<Role, Person>;
  let personal: Record<Role, Actor>;
  let unscoped: Actor;
  let organizational: Actor;
  let narrow: Actor;

  async function raise(): Promise<void> {
    cast = await scene();
    const { owner, admin, member, viewer, outsider, organization } = cast;
    foreign = await found(outsider, 'Foreign');
    people = { owner, admin, member, viewer };
    const ofRole = async (person: Person, role: Role): Promise<Actor> => {
      const scopes = scopesOf('personal').filter((scope) => scope === 'user:read' || ROLE_GRANTS[role].has(scope));
      return bearing(app, await person.issuePersonalToken(scopes));
    };
    const [forOwner, forAdmin, forMember, forViewer] = await Promise.all(
      ROLES.map((role) => ofRole(people[role], role)),
    );
    if (!forOwner || !forAdmin || !forMember || !forViewer) throw new Error('a role has no token');
    personal = { owner: forOwner, admin: forAdmin, member: forMember, viewer: forViewer };
    unscoped = bearing(app, await owner.issuePersonalToken([NARROW]));
    organizational = bearing(app, await owner.issueOrganizationToken(organization.id, scopesOf('organization')));
    narrow = bearing(app, await owner.issueOrganizationToken(organization.id, [NARROW]));
  }

  beforeAll(raise);

  afterEach(async () => {
    const { currentTestName = '' } = expect.getState();
    if (DESTRUCTIVE.some((route) => currentTestName.endsWith(route))) await raise();
  });

  const tokenMay = (permission: Permission): boolean => !SESSION_ONLY_PERMISSIONS.has(permission);
  const inside = (isAllowed: boolean): Outcome => (isAllowed ? 'allowed' : 'permission refused');

  async function outcomes(route: Route, actors: Record<string, Actor>, organization: string) {
    const seen: Record<string, Outcome> = {};
    for (const [name, actor] of Object.entries(actors)) seen[name] = await outcomeOf(route, actor, organization);
    return seen;
  }

  describe('in the organization, lets exactly the published roles and scopes through', () => {
    it.each(byName(ofOrganizations))('%s', async (_, route) => {
      const permission = ON_ANOTHER.get(nameOf(route)) ?? (permissionOf(route) as Permission);
      for (const role of [...ROLES].reverse()) {
        const holds = ROLE_GRANTS[role].has(permission as never);
        // The token first: where the session is allowed, the organization may be gone afterwards.
        const actors = { personal: personal[role], session: people[role] };
        const expected = { session: inside(holds), personal: inside(holds && tokenMay(permission)) };

        expect({ role, ...(await outcomes(route, actors, cast.organization.id)) }).toEqual({ role, ...expected });
        if (holds && isDestructive(route)) return;
      }
    });
  });

  describe('in the organization, lets an organization token use its scopes and no more', () => {
    it.each(byName(ofOrganizations))('%s', async (_, route) => {
      const actors = { organizational, narrow, unscoped };
      const expected = {
        organizational: inside(tokenMay(permissionOf(route) as Permission)),
        narrow: inside(permissionOf(route) === NARROW),
        unscoped: inside(permissionOf(route) === NARROW),
      };

      expect(await outcomes(route, actors, cast.organization.slug)).toEqual(expected);
    });
  });

  async function expectHidden(route: Route, places: readonly string[]): Promise<void> {
    for (const place of places) {
      const actors: Record<string, Actor> = { session: people.owner, personal: personal.owner, organizational };
      for (const [name, actor] of Object.entries(actors)) {
        const call = actor.call(methodOf(route), route.path.replace(PLACE, place), bodyFor(route));
        const { status, text } = await call;

        expect({ name, status }).toEqual({ name, status: 404 });
        expect(text).not.toContain(place);
      }
    }
  }

  describe('hides a foreign organization from everybody', () => {
    it.each(byName(ofOrganizations))('%s', async (_, route) => {
      await expectHidden(route, [foreign.id, foreign.slug]);
    });
  });

  describe('outside of organizations, lets a caller do what is their own', () => {
    it.each(byName(others))('%s', async (_, route) => {
      const permission = permissionOf(route) as Permission;
      const session = DESTRUCTIVE.includes(nameOf(route)) ? await signIn(app, people.viewer.email) : people.viewer;
      const actors = { session, personal: personal.owner, organizational };
      const scopes = scopesOf('personal');
      const expected = {
        session: inside(permission !== 'token:self'),
        personal: inside(ownPermissions(personalWith(scopes)).has(permission)),
        organizational: inside(['token:self', 'principal:self', 'organization:read'].includes(permission)),
      };

      expect(await outcomes(route, actors, '')).toEqual(expected);
    });
  });

  describe('on an account that is oneself, lets a person do what is their own, and an organization what its scopes say', () => {
    it.each(byName(ofAccounts))('%s', async (_, route) => {
      const permission = overOneself(route) as Permission;
      const actors = { session: people.viewer, personal: personal.owner, organizational, narrow };
      const expected = {
        session: 'allowed',
        personal: inside(tokenMay(permission)),
        organizational: inside(tokenMay(permissionOf(route) as Permission)),
        narrow: 'permission refused',
      };

      expect(await outcomes(route, actors, 'me')).toEqual(expected);
    });
  });

  describe('hides another person’s account from everybody', () => {
    it.each(byName(ofAccounts.filter(({ path }) => PLACE.test(path))))('%s', async (_, route) => {
      const other = people.admin;
      const { username } = (await other.get('/api/v1/users/me')).body as { username: string };
      await expectHidden(route, [other.id, username]);
    });
  });

  describe('wants a credential', () => {
    it.each(byName(guarded))('%s', async (_, route) => {
      const outcome = await outcomeOf(route, new Actor(app, null), cast.organization.id);

      expect(outcome).toBe('credential wanted');
    });
  });

  describe('refuses a credential that was never issued', () => {
    it.each(byName(guarded))('%s', async (_, route) => {
      const outcome = await outcomeOf(route, new Actor(app, 'a.b.c'), cast.organization.id);

      expect(outcome).toBe('credential refused');
    });
  });
});

function personalWith(scopes: readonly Scope[]): Parameters<typeof ownPermissions>[0] {
  const user = { id: '', email: '', name: '', username: '', emailVerified: true };
  const token = { id: '', selector: '', scopes, createdAt: new Date(), expiresAt: null };
  return { kind: 'personal-token', token, user, memberships: [] };
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** What a route on an account needs where that is the caller. */
function overOneself({ requirement }: Route): Permission | null {
  return requirement?.public === false ? (requirement.onAccount?.overOneself ?? null) : null;
}

function isDestructive(route: Route): boolean {
  return DESTRUCTIVE.includes(nameOf(route));
}

function methodOf({ method }: Route): Parameters<Actor['call']>[0] {
  return method.toLowerCase() as Parameters<Actor['call']>[0];
}

function bodyFor({ method }: Route): object | undefined {
  return method === 'GET' || method === 'DELETE' ? undefined : {};
}

function byName(routes: readonly Route[]): [string, Route][] {
  return routes.map((route) => [nameOf(route), route]);
}
