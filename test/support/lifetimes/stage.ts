/** Fixture for lifetimes: objects are aged to their end by moving instants and the clock. */
import { hashOpaqueSecret } from '../../../src/credentials/opaque-secret.js';
import { newId } from '../../../src/platform/database/ids.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { Mailer, type Mail } from '../../../src/platform/mail/mailer.service.js';
import { signIn, signUp, uniqueEmail, type IssuedToken, type Person } from '../actors.js';
import type { TestApp } from '../app.js';
import { dbInvite } from '../organizations.js';
import type { Scene } from '../scene.js';
import { issue } from '../tokens.js';
import { until } from '../until.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface LifetimeFixture {
  readonly app: TestApp;
  readonly cast: Scene;
  /** Instant at which the database's clock stands, a whole second. */
  readonly now: Date;
}

export interface Lifetime {
  /**
   * Whether a new object with this remaining lifetime is live; negative values are after the end. Creates a new object
   * each time.
   */
  readonly isAlive: (fixture: LifetimeFixture, restMs: number) => Promise<boolean>;
  /** Resolution of the end: a millisecond, or the resolution of the credential's format. */
  readonly stepMs?: number;
  /**
   * Whether the object is live at the exact end: rows are deleted "after" their time, credentials expire "at" theirs.
   */
  readonly isAliveAtEnd?: true;
}

export interface Length {
  readonly lastsMs: number;
  /** Creates the object as the service does, and returns its end. */
  readonly endOf: (fixture: LifetimeFixture) => Promise<Date>;
}

export async function twoSessions(app: TestApp): Promise<[Person, Person]> {
  const other = await signUp(app);
  return [other, await signIn(app, other.email)];
}

export function is200(call: PromiseLike<{ status: number }>): Promise<boolean> {
  return Promise.resolve(call).then(({ status }) => status === 200);
}

export async function hasEvent({ app }: LifetimeFixture, userId: string, action: string): Promise<boolean> {
  const events = await app.db('SELECT 1 FROM audit_events WHERE user_id = $1 AND action = $2', [userId, action]);
  return events.length > 0;
}

/** Sets a column of one row to an instant relative to the clock. */
export async function dbDate(
  { app, now }: LifetimeFixture,
  table: string,
  column: string,
  by: string,
  value: string,
  fromNowMs: number,
): Promise<void> {
  const at = new Date(now.getTime() + fromNowMs);
  await app.db(`UPDATE ${table} SET ${column} = $2 WHERE ${by} = $1`, [value, at]);
}

export function dbExpire(
  fixture: LifetimeFixture,
  table: string,
  by: string,
  value: string,
  restMs: number,
): Promise<void> {
  return dbDate(fixture, table, 'expires_at', by, value, restMs);
}

/** Creates a mailed secret without waiting for the mail. */
export async function dbMail(
  { app, now }: LifetimeFixture,
  person: Person,
  purpose: string,
  restMs: number,
  id = newId(),
): Promise<string> {
  const secret = newId();
  const sql = `INSERT INTO mailed_secrets (id, user_id, purpose, secret_hash, expires_at) VALUES ($1, $2, $3, $4, $5)`;
  const expiresAt = new Date(now.getTime() + restMs);
  await app.db(sql, [id, person.id, purpose, hashOpaqueSecret(secret), expiresAt]);
  return secret;
}

export async function dbInvited(
  fixture: LifetimeFixture,
  restMs: number,
): Promise<{ id: string; secret: string; person: Person }> {
  const { app, cast } = fixture;
  const person = await signUp(app);
  const by = { email: person.email, invitedBy: cast.owner.id };
  const { id, secret } = await dbInvite(app, cast.organization.id, by);
  await dbExpire(fixture, 'invitations', 'id', id, restMs);
  return { id, secret, person };
}

export async function dbToken(
  fixture: LifetimeFixture,
  kind: 'personal' | 'organization',
  restMs: number,
): Promise<IssuedToken> {
  const token = await issue(kind, fixture.cast, fixture.cast.owner);
  await dbExpire(fixture, 'access_tokens', 'id', token.token.id, restMs);
  return token;
}

/**
 * Makes waiting jobs due, and returns their number. The queue takes a job's time from the service's clock, and compares
 * it with the server's.
 */
export async function dbMakeJobsDue(app: TestApp): Promise<number> {
  const mails = `(SELECT id FROM graphile_worker._private_tasks WHERE identifier IN ('mail', 'account-mail'))`;
  const hurry = `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE task_id IN ${mails} RETURNING id`;
  return (await app.db(hurry)).length;
}

/** Whether a mail with these terms is sent when its job runs. */
export async function isSent({ app }: LifetimeFixture, terms: Partial<Mail>): Promise<boolean> {
  const mail = { to: uniqueEmail('reader'), subject: 'Hello', text: 'Hello', ...terms };
  const [transactions, mailer] = [app.nest.get(Transactions), app.nest.get(Mailer, { strict: false })];
  await transactions.run((tx) => mailer.enqueue(tx, mail));
  await until(async () => (await dbMakeJobsDue(app)) === 0);
  return (await app.mails.to(mail.to)).length === 1;
}

/** End of the only row with this value. */
export async function dbEndOf({ app }: LifetimeFixture, table: string, by: string, value: string): Promise<Date> {
  const [row, ...others] = await app.db<{ end: Date }>(`SELECT expires_at AS end FROM ${table} WHERE ${by} = $1`, [
    value,
  ]);
  if (!row || others.length > 0) throw new Error(`${String(others.length + 1)} rows of ${table}, or none`);
  return row.end;
}

/** Returns the claim `exp` (RFC 7519 section 4.1.4). */
export function expOf(bearer: string): Date {
  const claims = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return new Date(claims.exp * 1_000);
}
