/**
 * A full issue–use–revoke run, with every secret that it meets remembered; then the log, every column of every table and
 * every answer but the issuing ones are searched for them, plain, in base64 and in hex.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import {
  Actor,
  bearing,
  dbVerifyEmail,
  PASSWORD,
  signIn,
  signUp,
  type IssuedToken,
  type Person,
} from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbForget, openAccount, OWN_ACCOUNTS } from '../../support/ledger-accounts.js';
import { tokenOf } from '../../support/mails.js';
import { found } from '../../support/scene.js';
import { keyHolder } from '../../support/tenderly.js';

const NEW_PASSWORD = 'another long pass phrase 43';

describe('after a full issue–use–revoke run', () => {
  const log: string[] = [];
  const answers: string[] = [];
  const secrets = new Map<string, string>();
  /** What a search must find, or it finds nothing anywhere: the answers and mails that hold each secret by right. */
  const rightful: string[] = [];
  let app: TestApp;

  /** A secret that somebody was just given, and where it stood. */
  function learn(name: string, secret: string, from: string): void {
    secrets.set(name, secret);
    rightful.push(from);
  }

  /** Keeps an answer that must hold no secret. */
  async function keep(call: PromiseLike<Response>): Promise<Response> {
    const response = await call;
    answers.push(response.text, JSON.stringify(response.headers));
    return response;
  }

  async function issueUseRevoke(owner: Person, path: string, scopes: string[]): Promise<void> {
    const body = { label: 'canary', scopes, expiresAt: null };
    const issuing = await owner.post(path, body).expect(201);
    const { secret, token } = issuing.body as IssuedToken;
    learn(`secret of ${path}`, secret, issuing.text);
    const rotating = await owner.post(`${path}/${token.id}/rotate`, {}).expect(201);
    const rotated = rotating.body as IssuedToken;
    learn(`rotated secret of ${path}`, rotated.secret, rotating.text);
    const holder = bearing(app, rotated);
    await keep(holder.get('/api/v1/token').expect(200));
    await keep(holder.get(`/api/v1/organizations?access_token=${secret}`));
    await keep(owner.get(path).expect(200));
    await keep(owner.get(`${path}/${rotated.token.id}`).expect(200));
    await keep(owner.delete(`${path}/${rotated.token.id}`, { reason: 'done' }).expect(204));
    await keep(holder.get('/api/v1/token').expect(401));
    await keep(new Actor(app, `${rotated.secret}x`).get('/api/v1/token').expect(401));
  }

  async function inviteAndAccept(owner: Person, organizationPath: string): Promise<void> {
    const guest = await signUp(app, 'Guest');
    await keep(owner.post(`${organizationPath}/invitations`, { email: guest.email, role: 'member' }).expect(201));
    const mail = await app.mails.waitFor(guest.email, (each) => each.text.includes('/invitations/accept'));
    const token = tokenOf(mail);
    learn('invitation', token, mail.text);
    await keep(owner.get(`${organizationPath}/invitations`).expect(200));
    await keep(guest.post('/api/v1/invitations/accept', { token }).expect(200));
    await keep(guest.post('/api/v1/invitations/accept', { token }).expect(404));
  }

  /** The private key is in the answers to those who may see it, and in none of these. */
  async function openLedgerAccount(owner: Person, path: string): Promise<void> {
    const { id, publicKey, privateKey } = await openAccount(owner, path);
    learn(`private key of ${path}`, String(privateKey).slice(-64), String(privateKey));
    const reader = await owner.issuePersonalToken(['ledger-accounts:read']);
    await keep(bearing(app, reader).get(path).expect(200));
    await keep(bearing(app, reader).get(`${path}/${id}`).expect(200));
    await keep(bearing(app, reader).get(`/api/account/${publicKey}`));
    await owner.get(`/api/account/${publicKey}`);
    await dbForget(app, await openAccount(owner, path));
    await owner.get(path).expect(200);
  }

  async function resetPassword(person: Person): Promise<void> {
    const anonymous = new Actor(app, null);
    await keep(anonymous.post('/api/v1/auth/password/forgot', { email: person.email }).expect(202));
    const mail = await app.mails.waitFor(person.email, (each) => each.text.includes('/password/reset'));
    const token = tokenOf(mail);
    learn('password reset', token, mail.text);
    await keep(anonymous.post('/api/v1/auth/password/reset', { token, newPassword: NEW_PASSWORD }).expect(200));
    await keep(anonymous.post('/api/v1/auth/password/reset', { token, newPassword: NEW_PASSWORD }));
  }

  async function issueAsTenderly(owner: Person): Promise<void> {
    const created = await owner.post('/api/v1/account/me/token', { name: 'canary' }).expect(201);
    const signedIn = await new Actor(app, null).post('/login/token', { email: owner.email, password: PASSWORD });
    for (const { body } of [created, signedIn]) {
      const { id, secret } = body as { id: string; secret: string };
      learn(`secret of ${id}`, secret, JSON.stringify({ id, secret }));
      const holder = keyHolder(app, { secret });
      await keep(holder.get('/api/v1/user').expect(200));
      await keep(holder.delete(`/api/v1/user/token/${id}`).expect(200));
      await keep(holder.get('/api/v1/user').expect(401));
    }
  }

  beforeAll(async () => {
    app = await startApp({ env: { LOG_LEVEL: 'trace' }, logSink: { write: (line) => log.push(line) } });
    await dbKeepJobs();
    learn('password', PASSWORD, PASSWORD);
    learn('new password', NEW_PASSWORD, NEW_PASSWORD);
    const owner = await signUp(app, 'Owner');
    await dbVerifyEmail(owner);
    learn('session', owner.credential ?? '', String(owner.credential));
    learn('refresh', owner.cookie.split('=')[1] ?? '', owner.cookie);
    const { path } = await found(owner);
    await issueUseRevoke(owner, `${path}/tokens`, ['organization:read', 'tokens:read']);
    await issueUseRevoke(owner, '/api/v1/users/me/tokens', ['user:read', 'organization:read']);
    await issueAsTenderly(owner);
    await inviteAndAccept(owner, path);
    await openLedgerAccount(owner, OWN_ACCOUNTS);
    await openLedgerAccount(owner, `${path}/ledger-accounts`);
    await keep(owner.get(`${path}/audit-events?limit=100`).expect(200));
    await resetPassword(owner);
    const again = await signIn(app, owner.email, 'Owner', NEW_PASSWORD);
    learn('second session', again.credential ?? '', String(again.credential));
    await keep(again.get(`${path}/audit-events?limit=100`).expect(200));
    await keep(again.get('/api/v1/users/me/audit-events').expect(200));
    for (const [name, key] of serverKeys()) learn(name, key, key);
  }, 60_000);

  function serverKeys(): [string, string][] {
    const { tokens, ledgerAccounts, http, sessions } = app.config;
    return [
      ...tokens.hashKeys.map(({ version, key }): [string, string] => [`key ${version}`, key.toString('latin1')]),
      ['ledger key', ledgerAccounts.encryptionKeys[0].key.toString('latin1')],
      ['metrics token', String(http.metricsToken)],
      ['signing key', String(sessions.jwtPrivateKey.export({ format: 'jwk' }).d)],
    ];
  }

  /** A job is gone when it is done, and with it what was in it. */
  async function dbKeepJobs(): Promise<void> {
    await app.db('CREATE TABLE seen_jobs AS SELECT * FROM graphile_worker._private_jobs WHERE false');
    await app.db(`CREATE FUNCTION see_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      'BEGIN INSERT INTO public.seen_jobs SELECT NEW.*; RETURN NULL; END'`);
    await app.db(`CREATE TRIGGER seen AFTER INSERT OR UPDATE ON graphile_worker._private_jobs
      FOR EACH ROW EXECUTE FUNCTION see_job()`);
  }

  it('has seen every kind of secret, and a search finds each where it stands by right', async () => {
    expect([...secrets.values()].filter((secret) => secret.length < 20)).toEqual([]);
    expect(secrets.size).toBe(19);
    expect(foundIn(rightful.join('\n'))).toEqual([...secrets.keys()]);
    expect(log.filter((line) => line.includes('"msg":"request"')).length).toBeGreaterThan(20);
    expect(answers.length).toBeGreaterThan(60);
    expect((await app.db('SELECT 1 FROM seen_jobs')).length).toBeGreaterThan(5);
  });

  it.each(['plain', 'hex', 'base64', 'percent-encoded'])('would find any of them in another text, %s', (form) => {
    for (const [name, secret] of secrets) {
      const bytes = Buffer.from(`{"a":"${secret}"}`, secret.length === 32 ? 'latin1' : 'utf8');
      const text = { hex: bytes.toString('hex'), base64: bytes.toString('base64') }[form] ?? encodeURIComponent(secret);
      expect(foundIn(form === 'plain' ? bytes.toString('latin1') : text)).toContain(name);
    }
  });

  it('finds none of them in a log line', () => {
    expect(foundIn(log.join('\n'))).toEqual([]);
  });

  it('finds none of them in an answer', () => {
    expect(foundIn(answers.join('\n'))).toEqual([]);
  });

  it('finds none of them in any column of any table', async () => {
    const tables = await app.db<{ name: string }>(
      `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const rows = await app.db<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
      expect({ name, found: foundIn(rows.map(({ row }) => row).join('\n')) }).toEqual({ name, found: [] });
    }
  });

  function foundIn(text: string): string[] {
    return [...secrets]
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([name]) => name);
  }
});

/** In base64 a text looks different at each of three places, and its first and last characters hang on its neighbours. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'latin1');
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const urlSafe = shifted.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, bytes.toString('hex'), ...shifted, ...urlSafe, encodeURIComponent(secret)];
}
