/** `?wait=30`: an answer the moment an account is ready, and never one that its caller may not have any more by then. */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import { LongPolls } from '../../../src/platform/http/long-polls.service.js';
import { bearing, signUp, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import {
  accountsPath,
  ALL_SCOPES,
  dbLetWork,
  OWN_ACCOUNTS,
  readyAccount,
  type LedgerAccount,
} from '../../support/ledger-accounts.js';
import { dbJoin, scene, type Scene } from '../../support/scene.js';
import { until } from '../../support/until.js';

let on: Scene;
beforeAll(async () => {
  on = await scene();
});
afterEach(() => dbLetWork(on.app, true));

/** An account that stays `creating` until the workers may work. */
async function creating(by: Actor, path: string): Promise<string> {
  await dbLetWork(on.app, false);
  const { body } = await by.post(path, { network: 'testnet', keyType: 'ed25519' }).expect(201);
  expect(body.status).toBe('creating');
  return `${path}/${String(body.id)}`;
}

/** The answers to these held requests, which are all held when this resolves. */
async function held(...calls: PromiseLike<Response>[]): Promise<Promise<Response[]>[]> {
  const answers = Promise.all(calls);
  await until(() => heldNow() === calls.length);
  return [answers];
}

function heldNow(app: TestApp = on.app): number {
  return app.nest.get(LongPolls, { strict: false }).count;
}

describe('waiting for an account', () => {
  it('is answered the moment the account is ready, for all who wait', async () => {
    const path = await creating(on.owner, accountsPath('organization', on));
    const calls = [on.owner, on.admin, on.viewer].map((actor) => actor.get(`${path}?wait=30`));
    const [answers] = await held(...calls);
    const startedAt = Date.now();
    await dbLetWork(on.app, true);
    expect((await answers)?.map(({ body }) => (body as LedgerAccount).status)).toEqual(['active', 'active', 'active']);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('is answered with what is there when time is up', async () => {
    const path = await creating(on.owner, OWN_ACCOUNTS);
    const startedAt = Date.now();
    const { body } = await on.owner.get(`${path}?wait=1`).expect(200);
    expect(body.status).toBe('creating');
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  });

  it('does not wait for what is ready', async () => {
    const path = await creating(on.owner, OWN_ACCOUNTS);
    await dbLetWork(on.app, true);
    await readyAccount(on.owner, path);
    const startedAt = Date.now();
    await on.owner.get(`${path}?wait=30`).expect(200);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it('is answered 404 when the account is deleted meanwhile', async () => {
    const path = await creating(on.owner, OWN_ACCOUNTS);
    const [answers] = await held(on.owner.get(`${path}?wait=30`));
    await on.app.db('DELETE FROM ledger_accounts WHERE id = $1', [path.split('/').at(-1)]);
    expect((await answers)?.map(({ status }) => status)).toEqual([404]);
  });

  it('keeps no place for a client that has gone away', async () => {
    const path = await creating(on.owner, OWN_ACCOUNTS);
    const headers = { authorization: `Bearer ${String(on.owner.credential)}` };
    const call = httpRequest(`${on.app.url}${path}?wait=30`, { headers }).end();
    call.on('error', () => undefined);
    await until(() => heldNow() === 1);
    call.destroy();
    await until(() => heldNow() === 0);
  });

  it('leaves no error in the log when its client goes away', async () => {
    const lines: string[] = [];
    const other = await startApp({
      beside: on.app,
      env: { LOG_LEVEL: 'info' },
      logSink: { write: (line) => void lines.push(line) },
    });
    const path = await creating(on.owner, OWN_ACCOUNTS);
    const headers = { authorization: `Bearer ${String(on.owner.credential)}` };
    const call = httpRequest(`${other.url}${path}?wait=30`, { headers }).end();
    call.on('error', () => undefined);
    await until(() => heldNow(other) === 1);
    call.destroy();
    await until(() => heldNow(other) === 0);
    await sleep(200);
    await other.close();
    const failures = lines.map((line) => JSON.parse(line) as { level: number }).filter(({ level }) => level >= 40);
    expect(failures).toEqual([]);
  });

  it('is refused before it is held when the query is not valid', async () => {
    const path = await creating(on.owner, OWN_ACCOUNTS);
    const startedAt = Date.now();
    const { body } = await on.owner.get(`${path}?wait=5&for=ever`).expect(422);
    expect(body.errors[0].field).toBe('for');
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });

  it('ends at once when the service shuts down', async () => {
    const other = await startApp({ beside: on.app });
    const path = await creating(on.owner, OWN_ACCOUNTS);
    const call = on.owner
      .at(other)
      .get(`${path}?wait=30`)
      .then(({ body }) => (body as LedgerAccount).status);
    await sleep(500);
    const startedAt = Date.now();
    await other.close();
    expect(await call).toBe('creating');
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });
});

/** Each takes away, while the request is held, what it was let in with. */
describe('the late answer', () => {
  it('is refused when the token was revoked meanwhile, with nothing of the account', async () => {
    const issued = await on.owner.issueOrganizationToken(on.organization.id, ALL_SCOPES);
    const path = await creating(on.owner, accountsPath('organization', on));
    const [answers] = await held(bearing(on.app, issued).get(`${path}?wait=30`));
    await on.owner.delete(`${on.organization.path}/tokens/${issued.token.id}`).expect(204);
    await dbLetWork(on.app, true);
    const [answer] = (await answers) ?? [];
    expect(answer?.status).toBe(401);
    expect(answer?.text).not.toContain('publicKey');
  });

  it('is refused when the session was ended meanwhile', async () => {
    const person = await signUp(on.app);
    const path = await creating(person, OWN_ACCOUNTS);
    const [answers] = await held(person.get(`${path}?wait=30`));
    await person.post('/api/v1/auth/logout').set('cookie', person.cookie).expect(204);
    await dbLetWork(on.app, true);
    expect((await answers)?.map(({ status }) => status)).toEqual([401]);
  });

  it('is hidden from a member who was removed meanwhile', async () => {
    const person = await signUp(on.app);
    await dbJoin(on.app, on.organization.id, person.id, 'member');
    const path = await creating(on.owner, accountsPath('organization', on));
    const [answers] = await held(person.get(`${path}?wait=30`));
    await on.owner.delete(`${on.organization.path}/members/${person.id}`).expect(204);
    await dbLetWork(on.app, true);
    expect((await answers)?.map(({ status }) => status)).toEqual([404]);
  });

  it('shows no private key to a member who was made a viewer meanwhile', async () => {
    const person = await signUp(on.app);
    await dbJoin(on.app, on.organization.id, person.id, 'member');
    const path = await creating(on.owner, accountsPath('organization', on));
    const [answers] = await held(person.get(`${path}?wait=30`));
    await on.owner.patch(`${on.organization.path}/members/${person.id}`, { role: 'viewer' }).expect(200);
    await dbLetWork(on.app, true);
    expect((await answers)?.map(({ body }) => [body.status, body.privateKey])).toEqual([['active', null]]);
  });
});

/** Between the commit of an opening and its answer lies a second in which the caller may lose what it was let in with. */
describe('the answer to an opening', () => {
  const path = (): string => accountsPath('organization', on);
  const opened = () =>
    on.app.db<{ id: string }>('SELECT id FROM ledger_accounts WHERE organization_id = $1', [on.organization.id]);

  /** The answer to an opening that is committed when this resolves, and not answered. */
  async function opening(by: Actor): Promise<Promise<Response>[]> {
    const before = (await opened()).length;
    await dbLetWork(on.app, false);
    const answer = by.post(path(), { network: 'testnet', keyType: 'ed25519' }).then((response) => response);
    await until(async () => (await opened()).length > before);
    return [answer];
  }

  it('is refused when the token was revoked meanwhile, and the account stays opened', async () => {
    const before = (await opened()).length;
    const issued = await on.owner.issueOrganizationToken(on.organization.id, ALL_SCOPES);
    const [answer] = await opening(bearing(on.app, issued));
    await on.owner.delete(`${on.organization.path}/tokens/${issued.token.id}`).expect(204);
    const response = await answer;
    expect(response?.status).toBe(401);
    expect(response?.text).not.toContain('publicKey');
    expect(await opened()).toHaveLength(before + 1);
  });

  it('shows no private key to a member whose role shows none any more', async () => {
    const person = await signUp(on.app);
    await dbJoin(on.app, on.organization.id, person.id, 'member');
    const [answer] = await opening(person);
    await on.owner.patch(`${on.organization.path}/members/${person.id}`, { role: 'viewer' }).expect(200);
    expect((await answer)?.text).not.toContain('privateKey":"');
  });
});
