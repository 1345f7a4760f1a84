/** Two organizations with the same people, invitations and tokens: what is done in one must not be felt in the other. */
import { randomUUID } from 'node:crypto';
import { generateOpaqueSecret, hashOpaqueSecret } from '../../src/auth/opaque-secret.js';
import { newId } from '../../src/database/ids.js';
import { dbProve, signIn, signUp, uniqueEmail, type IssuedToken, type Person } from './actors.js';
import type { TestApp } from './app.js';
import { dbFound, dbInvite, type SentInvitation } from './organizations.js';
import type { Organization } from './scene.js';
import { HARMLESS } from './tokens.js';

export interface World {
  readonly A: Organization;
  readonly B: Organization;
  /** Owner of both organizations, with two sessions, links and tokens. */
  readonly caller: Person;
  readonly callerElsewhere: Person;
  /** Admin of both, with a proven address, who has invited into both. */
  readonly admin: Person;
  /** Member of both. */
  readonly member: Person;
  /** Invited into both, member of none. */
  readonly invitee: Person;
  readonly invitation: SentInvitation;
  readonly personal: IssuedToken;
  readonly organizational: IssuedToken;
  /** Of the caller's mailed links. */
  readonly verifySecret: string;
  readonly resetSecret: string;
  readonly names: Readonly<Record<string, string>>;
}

async function dbLink({ app, id }: Person, purpose: string): Promise<string> {
  const secret = generateOpaqueSecret();
  await app.db(
    `INSERT INTO mailed_secrets (id, user_id, purpose, secret_hash, expires_at)
    VALUES ($1, $2, $3, $4, clock_timestamp() + interval '1 hour')`,
    [newId(), id, purpose, hashOpaqueSecret(secret)],
  );
  return secret;
}

async function dbExpiredLink(person: Person): Promise<void> {
  await dbLink(person, 'verify_email');
  await person.app.db(
    `UPDATE mailed_secrets SET expires_at = created_at WHERE id = (
      SELECT id FROM mailed_secrets WHERE user_id = $1 ORDER BY id DESC LIMIT 1)`,
    [person.id],
  );
}

async function dbLongEndedSession({ app, id }: Person): Promise<void> {
  await app.db(
    `INSERT INTO sessions (id, user_id, family_hash, refresh_hash, created_at, expires_at, revoked_at)
    VALUES ($1, $2, $3, $3, now() - interval '200 days', now() - interval '190 days', now() - interval '195 days')`,
    [newId(), id, hashOpaqueSecret(randomUUID())],
  );
}

export async function mirroredOrganizations(app: TestApp): Promise<World> {
  const people = await Promise.all(['Cora', 'Adam', 'Mia', 'Ines'].map((name) => signUp(app, name)));
  const [caller, admin, member, invitee] = people as [Person, Person, Person, Person];
  // The others' addresses are unproven: some routes prove them.
  await dbProve(admin);
  const callerElsewhere = await signIn(app, caller.email, caller.name);
  const roles = { [caller.id]: 'owner', [admin.id]: 'admin', [member.id]: 'member' };
  const [A, B] = [await dbFound(app, roles), await dbFound(app, roles)];
  const invited = { email: invitee.email, invitedBy: admin.id };
  const invitation = await dbInvite(app, A.id, invited);
  await dbInvite(app, B.id, invited);
  for (const { id } of [A, B]) await dbInvite(app, id, { email: uniqueEmail(), invitedBy: admin.id });
  for (const person of people) {
    await person.issuePersonalToken(HARMLESS);
    await dbLongEndedSession(person);
    await dbExpiredLink(person);
  }
  for (const person of [admin, member, invitee]) {
    await dbLink(person, 'reset_password');
    await person.issuePersonalToken(HARMLESS);
  }
  const personal = await caller.issuePersonalToken(HARMLESS);
  const organizational = await caller.issueOrganizationToken(A.id, HARMLESS);
  for (const { id } of [A, B, B]) await caller.issueOrganizationToken(id, HARMLESS);
  const verifySecret = await dbLink(caller, 'verify_email');
  const resetSecret = await dbLink(caller, 'reset_password');
  const named = { A, B, caller, admin, member, invitee };
  const names = Object.fromEntries(Object.entries(named).map(([name, { id }]) => [id, name]));
  return { ...named, callerElsewhere, invitation, personal, organizational, verifySecret, resetSecret, names };
}
