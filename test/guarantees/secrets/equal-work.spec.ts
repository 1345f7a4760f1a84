/**
 * Nobody learns from the time of an answer who has an account: for each route that takes an address or a name, the same
 * statements in the same order, the same hashing and no mail come before the answer, whether or not somebody has it.
 */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Test } from 'supertest';
import { Actor, dbVerifyEmail, PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { observeWork, type Work } from '../../support/request-work.js';
import { found, type Organization } from '../../support/scene.js';
import { DEFAULT_LIMITS } from '../../support/sources.js';

let app: TestApp;
let anonymous: Actor;
let owner: Person;
let organization: Organization;
let workOf: (call: () => PromiseLike<unknown>) => Promise<Work>;

beforeAll(async () => {
  app = await startApp({ env: { ...DEFAULT_LIMITS, RATE_LIMIT_PASSWORD_RESET: '3/1h', PASSWORD_BCRYPT_COST: '5' } });
  anonymous = new Actor(app, null);
  // Jobs wait, so that a mail that leaves has left with an answer.
  await app.db(`CREATE FUNCTION put_off() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.run_at := now() + interval ''1 day''; RETURN NEW; END'`);
  await app.db(`CREATE TRIGGER put_off BEFORE INSERT ON graphile_worker._private_jobs
    FOR EACH ROW EXECUTE FUNCTION put_off()`);
  owner = await signUp(app, 'Owner');
  await dbVerifyEmail(owner);
  organization = await found(owner);
  workOf = observeWork(app);
}, 60_000);

beforeEach(() => dbForgetAttempts());

/** What an address may be to the service. All but the first are accounts. */
const ADDRESSES: Readonly<Record<string, () => Promise<string>>> = {
  unknown: async () => Promise.resolve(uniqueEmail()),
  known: async () => (await signUp(app)).email,
  proven: async () => {
    const person = await signUp(app);
    await dbVerifyEmail(person);
    return person.email;
  },
  disabled: async () => dbChanged(await signUp(app), 'disabled_at = now()'),
  'without a password': async () => dbChanged(await signUp(app), "password_hash = ''"),
};

interface Way {
  readonly call: (email: string) => PromiseLike<unknown>;
  /** What every address does, so that doing nothing for all is no equality. */
  readonly does: RegExp;
  /** What it does for none: a look at the accounts can be held up by a lock on one of them. */
  readonly never?: RegExp;
  readonly rounds: number;
}

const WAYS: Readonly<Record<string, Way>> = {
  'POST /api/v1/auth/register': {
    call: (email) => fromElsewhere('/api/v1/auth/register', { email, password: PASSWORD, name: 'R' }).expect(202),
    does: /add_job/,
    never: /SELECT .* FROM "?(?:users|mailed_secrets)/i,
    rounds: 2 ** 5,
  },
  'POST /api/v1/auth/password/forgot': {
    call: (email) => fromElsewhere('/api/v1/auth/password/forgot', { email }).expect(202),
    does: /add_job/,
    never: /\busers\b|mailed_secrets|audit_events/i,
    rounds: 0,
  },
  'POST /api/v1/auth/login': {
    call: (email) => fromElsewhere('/api/v1/auth/login', { email, password: 'not the pass phrase' }).expect(401),
    does: /\busers\b/,
    rounds: 2 ** 5,
  },
  'POST /login/token': {
    call: (email) => fromElsewhere('/login/token', { email, password: 'not the pass phrase' }).expect(401),
    does: /\busers\b/,
    rounds: 2 ** 5,
  },
  'POST /api/v1/organizations/:organization/invitations': {
    call: (email) => owner.post(`${organization.path}/invitations`, { email, role: 'member' }).expect(201),
    does: /INSERT INTO "?invitations/i,
    rounds: 0,
  },
};

describe('before its answer', () => {
  it('every route that takes an address stands in the table of this spec', () => {
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { paths: Record<string, Operations> };
    const taking = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => takesAddress(requestBody?.content?.['application/json']?.schema.$ref))
        .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(taking.sort()).toEqual(Object.keys(WAYS).sort());
  });

  it.each(Object.entries(WAYS))('%s does the same for every address', async (_, { call, does, never, rounds }) => {
    const works: Record<string, Work> = {};
    for (const [kind, addressOf] of Object.entries(ADDRESSES)) {
      const email = await addressOf();
      await dbForgetAttempts();
      works[kind] = await workOf(() => call(email));
    }
    const { unknown } = works;
    expect(unknown?.statements.join('; ')).toMatch(does);
    if (never) expect(unknown?.statements.filter((statement) => never.test(statement))).toEqual([]);
    expect(works).toEqual(Object.fromEntries(Object.keys(ADDRESSES).map((kind) => [kind, unknown])));
    expect(unknown?.rounds).toBe(rounds);
    expect(await app.mails.all()).toEqual([]);
  });

  it.each(['POST /api/v1/auth/register', 'POST /api/v1/auth/password/forgot'] as const)(
    '%s does the same also for a mailbox that has had its number of mails',
    async (route) => {
      const { call } = WAYS[route] ?? { call: () => Promise.reject(new Error(route)) };
      const works: Work[] = [];
      for (const kind of ['unknown', 'known']) {
        const email = (await ADDRESSES[kind]?.()) ?? '';
        await dbForgetAttempts();
        for (const ip of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) {
          const asked = anonymous.post('/api/v1/auth/password/forgot', { email }).set('x-forwarded-for', ip);
          await asked.expect(202);
        }
        works.push(await workOf(() => call(email)));
      }
      expect(works[1]).toEqual(works[0]);
      expect(works[0]?.statements.join()).toContain('add_job');
      // The limit was reached: what exceeds it is not counted.
      expect(works[0]?.statements.join()).toContain('SET points = points - 1');
      expect(await app.mails.all()).toEqual([]);
    },
  );

  it('a look at an account by its name does the same for one that there is and one that there is not', async () => {
    const other = await signUp(app);
    const [row] = await app.db<{ username: string }>('SELECT username FROM users WHERE id = $1', [other.id]);
    const look = (name: string) => () => owner.get(`/api/v1/account/${name}/projects`).expect(404);
    const [there, nowhere] = [await workOf(look(String(row?.username))), await workOf(look('nobody-000000'))];
    expect(there).toEqual(nowhere);
    expect(there.statements.join()).not.toMatch(/\bFROM users\b/);
  });
});

type Operations = Record<string, { requestBody?: { content?: Record<string, { schema: { $ref?: string } }> } }>;

function takesAddress(reference: string | undefined): boolean {
  const { components } = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
    components: { schemas: Record<string, { properties?: object } | undefined> };
  };
  const schema = components.schemas[reference?.split('/').at(-1) ?? ''];
  return 'email' in (schema?.properties ?? {});
}

async function dbChanged(person: Person, assignment: string): Promise<string> {
  await app.db(`UPDATE users SET ${assignment} WHERE id = $1`, [person.id]);
  return person.email;
}

/** From where nobody has signed in: an account's own sources are known to it. */
function fromElsewhere(path: string, body: object): Test {
  return anonymous.post(path, body).set('x-forwarded-for', '203.0.113.7');
}

function dbForgetAttempts(): Promise<unknown> {
  return app.db('DELETE FROM rate_limits');
}
