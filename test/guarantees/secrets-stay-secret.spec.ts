/**
 * A full issue–use–revoke run, with every secret that it meets remembered; then the log, every column of every table and
 * every answer but the issuing ones are searched for them, plain, in base64 and in hex.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { Actor, bearing, dbProve, PASSWORD, signIn, signUp, type Person } from '../support/actors.js';
import { startApp, type TestApp } from '../support/app.js';
import { tokenOf } from '../support/mails.js';
import { dbForget, openAccount, OWN_ACCOUNTS } from '../support/ledger-accounts.js';
import { found } from '../support/scene.js';
import { keyHolder } from '../support/tenderly.js';

const NEW_PASSWORD = 'another long pass phrase 43';

describe('after a full issue–use–revoke run', () => {
  const log: string[] = [];
  const answers: string[] = [];
  const secrets = new Map<string, string>();
  let app: TestApp;

  /** Keeps an answer that must hold no secret. */
  async function keep(call: PromiseLike<Response>): Promise<Response> {
    const response = await call;
    answers.push(response.text, JSON.stringify(response.headers));
    return response;
  }

  async function issueUseRevoke(owner: Person, path: string, scopes: string[]): Promise<void> {
    const body = { label: 'canary', scopes, expiresAt: null };
    const { secret, token } = (await owner.post(path, body).expect(201)).body as {
      secret: string;
      token: { id: string };
    };
    secrets.set(`secret of ${path}`, secret);
    const rotated = (await owner.post(`${path}/${token.id}/rotate`, {}).expect(201)).body as typeof token & {
      secret: string;
      token: { id: string };
    };
    secrets.set(`rotated secret of ${path}`, rotated.secret);
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
    secrets.set('invitation', token);
    await keep(owner.get(`${organizationPath}/invitations`).expect(200));
    await keep(guest.post('/api/v1/invitations/accept', { token }).expect(200));
    await keep(guest.post('/api/v1/invitations/accept', { token }).expect(404));
  }

  /** The private key is in the answers to those who may see it, and in none of these. */
  async function openLedgerAccount(owner: Person, path: string): Promise<void> {
    const { id, publicKey, privateKey } = await openAccount(owner, path);
    secrets.set(`private key of ${path}`, String(privateKey).slice(-64));
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
    secrets.set('password reset', token);
    await keep(anonymous.post('/api/v1/auth/password/reset', { token, newPassword: NEW_PASSWORD }).expect(200));
    await keep(anonymous.post('/api/v1/auth/password/reset', { token, newPassword: NEW_PASSWORD }));
  }

  async function issueAsTenderly(owner: Person): Promise<void> {
    const created = await owner.post('/api/v1/account/me/token', { name: 'canary' }).expect(201);
    const signedIn = await new Actor(app, null).post('/login/token', { email: owner.email, password: PASSWORD });
    for (const { body } of [created, signedIn]) {
      const { id, secret } = body as { id: string; secret: string };
      secrets.set(`secret of ${id}`, secret);
      const holder = keyHolder(app, { secret });
      await keep(holder.get('/api/v1/user').expect(200));
      await keep(holder.delete(`/api/v1/user/token/${id}`).expect(200));
      await keep(holder.get('/api/v1/user').expect(401));
    }
  }

  beforeAll(async () => {
    app = await startApp({ env: { LOG_LEVEL: 'trace' }, logSink: { write: (line) => log.push(line) } });
    secrets.set('password', PASSWORD).set('new password', NEW_PASSWORD);
    const owner = await signUp(app, 'Owner');
    await dbProve(owner);
    secrets.set('session', owner.credential ?? '').set('refresh', owner.cookie.split('=')[1] ?? '');
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
    secrets.set('second session', again.credential ?? '');
    await keep(again.get(`${path}/audit-events?limit=100`).expect(200));
    await keep(again.get('/api/v1/users/me/audit-events').expect(200));
    for (const { version, key } of app.config.tokens.hashKeys) secrets.set(`key ${version}`, key.toString('base64'));
    const [{ key }] = app.config.ledgerAccounts.encryptionKeys;
    secrets.set('ledger key', key.toString('base64'));
  }, 60_000);

  it('has seen every kind of secret', () => {
    expect([...secrets.values()].filter((secret) => secret.length < 20)).toEqual([]);
    expect(secrets.size).toBe(17);
    expect(log.length).toBeGreaterThan(20);
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

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)];
}
