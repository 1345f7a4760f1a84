/** The stage on which things are aged to their end, and the hands that do it. */
import type { TestApp } from '../app.js';
import type { Scene } from '../scene.js';
import { hashOpaqueSecret } from '../../../src/credentials/opaque-secret.js';
import { newId } from '../../../src/platform/database/ids.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { Mailer, type Mail } from '../../../src/platform/mail/mailer.service.js';
import { signIn, signUp, uniqueEmail, type IssuedToken, type Person } from '../actors.js';
import { dbInvite } from '../organizations.js';
import { issue } from '../tokens.js';
import { until } from '../until.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Stage {
  readonly app: TestApp;
  readonly cast: Scene;
  /** Where the database's clock stands, a whole second. */
  readonly now: Date;
}

export interface Lifetime {
  /** Alive with so many milliseconds to live, negative ones after the end? Makes a new thing each time. */
  readonly isAlive: (stage: Stage, restMs: number) => Promise<boolean>;
  /** The step in which its end is told: a millisecond, or what the format of a credential has. */
  readonly stepMs?: number;
  /** Whether it is still there at the very end: what is removed "after" its time, while credentials die "at" theirs. */
  readonly isAliveAtEnd?: true;
}

export interface Length {
  readonly lastsMs: number;
  /** Makes the thing as the service makes it, and answers when it will end. */
  readonly endOf: (stage: Stage) => Promise<Date>;
}

export async function twoSessions(app: TestApp): Promise<[Person, Person]> {
  const other = await signUp(app);
  return [other, await signIn(app, other.email)];
}

export function is200(call: PromiseLike<{ status: number }>): Promise<boolean> {
  return Promise.resolve(call).then(({ status }) => status === 200);
}

export async function hasEvent({ app }: Stage, userId: string, action: string): Promise<boolean> {
  const events = await app.db('SELECT 1 FROM audit_events WHERE user_id = $1 AND action = $2', [userId, action]);
  return events.length > 0;
}

/** Gives a column of one row an instant so far from where the clock stands. */
export async function dbDate(
  { app, now }: Stage,
  table: string,
  column: string,
  by: string,
  value: string,
  fromNowMs: number,
): Promise<void> {
  const at = new Date(now.getTime() + fromNowMs);
  await app.db(`UPDATE ${table} SET ${column} = $2 WHERE ${by} = $1`, [value, at]);
}

export function dbExpire(stage: Stage, table: string, by: string, value: string, restMs: number): Promise<void> {
  return dbDate(stage, table, 'expires_at', by, value, restMs);
}

/** A mailed secret that nobody had to wait for. */
export async function dbMail(
  { app, now }: Stage,
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

export async function dbInvited(stage: Stage, restMs: number): Promise<{ id: string; secret: string; person: Person }> {
  const { app, cast } = stage;
  const person = await signUp(app);
  const by = { email: person.email, invitedBy: cast.owner.id };
  const { id, secret } = await dbInvite(app, cast.organization.id, by);
  await dbExpire(stage, 'invitations', 'id', id, restMs);
  return { id, secret, person };
}

export async function dbToken(stage: Stage, kind: 'personal' | 'organization', restMs: number): Promise<IssuedToken> {
  const token = await issue(kind, stage.cast, stage.cast.owner);
  await dbExpire(stage, 'access_tokens', 'id', token.token.id, restMs);
  return token;
}

/** The queue has the service's clock for the time of a job, and the server's for whether it has come. Answers how many wait. */
export async function dbHurry(app: TestApp): Promise<number> {
  const mails = `(SELECT id FROM graphile_worker._private_tasks WHERE identifier IN ('mail', 'account-mail'))`;
  const hurry = `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE task_id IN ${mails} RETURNING id`;
  return (await app.db(hurry)).length;
}

/** Whether a mail with these terms leaves the queue as a mail, and not as none. */
export async function leaves({ app }: Stage, terms: Partial<Mail>): Promise<boolean> {
  const mail = { to: uniqueEmail('reader'), subject: 'Hello', text: 'Hello', ...terms };
  const [transactions, mailer] = [app.nest.get(Transactions), app.nest.get(Mailer, { strict: false })];
  await transactions.run((tx) => mailer.enqueue(tx, mail));
  await until(async () => (await dbHurry(app)) === 0);
  return (await app.mails.to(mail.to)).length === 1;
}

/** When the only such row ends. */
export async function dbEndOf({ app }: Stage, table: string, by: string, value: string): Promise<Date> {
  const [row, ...others] = await app.db<{ end: Date }>(`SELECT expires_at AS end FROM ${table} WHERE ${by} = $1`, [
    value,
  ]);
  if (!row || others.length > 0) throw new Error(`${String(others.length + 1)} rows of ${table}, or none`);
  return row.end;
}

/** The claim `exp` (RFC 7519 section 4.1.4). */
export function expOf(bearer: string): Date {
  const claims = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return new Date(claims.exp * 1_000);
}
