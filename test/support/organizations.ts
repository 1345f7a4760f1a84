/** Organizations as tests prepare and read them, by SQL where HTTP would only be slow. */
import { randomBytes } from 'node:crypto';
import { generateOpaqueSecret, hashOpaqueSecret } from '../../src/credentials/opaque-secret.js';
import { newId } from '../../src/platform/database/ids.js';
import { emailKey } from '../../src/users/email-key.js';
import type { Person } from './actors.js';
import type { TestApp } from './app.js';
import { tokenOf } from './mails.js';
import type { Organization } from './scene.js';

export interface SentInvitation {
  readonly id: string;
  /** Secret as in the mail. */
  readonly secret: string;
}

/** Invites over HTTP and reads the mail. */
export async function invite(
  inviter: Person,
  { path, name }: Organization,
  email: string,
  role = 'member',
): Promise<SentInvitation> {
  const response = await inviter.post(`${path}/invitations`, { email, role }).expect(201);
  const mail = await inviter.app.mails.waitFor(email, ({ subject }) => subject.includes(name));
  return { id: response.body.id as string, secret: tokenOf(mail) };
}

/** Creates an open invitation without its mail. */
export async function dbInvite(
  app: TestApp,
  organizationId: string,
  { email, role = 'member', invitedBy }: { email: string; role?: string; invitedBy: string },
): Promise<SentInvitation> {
  const id = newId();
  const secret = generateOpaqueSecret();
  await app.db(
    `INSERT INTO invitations (id, organization_id, email, email_key, role, secret_hash, invited_by, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + interval '7 days')`,
    [id, organizationId, email, emailKey(email), role, hashOpaqueSecret(secret), invitedBy],
  );
  return { id, secret };
}

/** Creates an organization with these members, by user id. */
export async function dbCreateOrganization(
  app: TestApp,
  members: Readonly<Record<string, string>>,
): Promise<Organization> {
  const id = newId();
  const slug = `acme-${randomBytes(6).toString('hex')}`;
  await app.db(`INSERT INTO organizations (id, name, slug) VALUES ($1, 'Acme', $2)`, [id, slug]);
  for (const [userId, role] of Object.entries(members)) {
    await app.db('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [id, userId, role]);
  }
  return { id, slug, name: 'Acme', path: `/api/v1/organizations/${id}` };
}

export async function dbRoles(app: TestApp, organizationId: string): Promise<Record<string, string>> {
  const rows = await app.db<{ user_id: string; role: string }>(
    'SELECT user_id, role FROM memberships WHERE organization_id = $1',
    [organizationId],
  );
  return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]));
}

export interface AuditRow {
  readonly action: string;
  readonly actor_id: string;
  readonly target_id: string;
  readonly details: Record<string, unknown>;
}

/** Returns the organization's audit events with this action, newest first. */
export async function dbAudit(app: TestApp, organizationId: string, action: string): Promise<AuditRow[]> {
  return app.db<AuditRow>(
    `SELECT action, actor_id, target_id, details FROM audit_events
    WHERE organization_id = $1 AND action = $2 ORDER BY id DESC`,
    [organizationId, action],
  );
}
