/** Scene: the actors of a test in one line, an organization with one member of each role, and people outside it. */
import { randomBytes } from 'node:crypto';
import { Actor, dbSignUp, dbVerifyEmail, signUp, type Person } from './actors.js';
import { sharedApp, type TestApp } from './app.js';

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** `/api/v1/organizations/<id>` */
  readonly path: string;
}

export interface Scene {
  readonly app: TestApp;
  readonly organization: Organization;
  readonly anonymous: Actor;
  readonly owner: Person;
  readonly admin: Person;
  readonly member: Person;
  readonly viewer: Person;
  /** Signed-in person without an organization. */
  readonly outsider: Person;
}

export async function scene(on?: TestApp): Promise<Scene> {
  const app = on ?? (await sharedApp());
  const like = await registered(app);
  const [owner, admin, member, viewer, outsider] = await Promise.all([
    dbSignUp(app, like, 'Olivia Owner'),
    dbSignUp(app, like, 'Adam Admin'),
    dbSignUp(app, like, 'Mia Member'),
    dbSignUp(app, like, 'Vera Viewer'),
    dbSignUp(app, like, 'Otto Outsider'),
  ]);
  // Only people with a verified address may invite.
  await dbVerifyEmail(owner, admin);
  const organization = await found(owner);
  await dbJoin(app, organization.id, admin.id, 'admin');
  await dbJoin(app, organization.id, member.id, 'member');
  await dbJoin(app, organization.id, viewer.id, 'viewer');
  return { app, organization, anonymous: new Actor(app, null), owner, admin, member, viewer, outsider };
}

const people = new WeakMap<TestApp, Promise<Person>>();

/** The one person of an application who has registered: everybody's password was theirs, which takes long to judge. */
function registered(app: TestApp): Promise<Person> {
  const known = people.get(app) ?? signUp(app);
  people.set(app, known);
  return known;
}

/** Founds an organization over HTTP. */
export async function found(founder: Person, name = 'Acme'): Promise<Organization> {
  const slug = `acme-${randomBytes(5).toString('hex')}`;
  const response = await founder.post('/api/v1/organizations', { name, slug }).expect(201);
  const { id } = response.body as { id: string };
  return { id, slug, name, path: `/api/v1/organizations/${id}` };
}

/** Adds a member without the mails of an invitation, which have their own specs. */
export async function dbJoin(app: TestApp, organizationId: string, userId: string, role: string): Promise<void> {
  await app.db('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [
    organizationId,
    userId,
    role,
  ]);
}
