/**
 * What reaches the real logger by accident leaves it without secrets and without what drivers quote; what stands beside it
 * is logged all the same, so that an empty log passes for nothing.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Post, Req } from '@nestjs/common';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { NestLogger } from '../../../src/platform/logging/logging.js';
import { CENSOR, REDACTED } from '../../../src/platform/logging/redaction.js';
import { RequestLog } from '../../../src/platform/logging/request-log.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { startEdge, type Edge } from '../../support/http-edge.js';

/** No pattern takes this for a secret: only its place can keep it out. */
const CANARY = 'canary-5f1c';

/** One spelling of each name; headers, columns and members are spelled in their own ways. */
const NAMES = [
  ...['Authorization', 'Proxy-Authorization', 'Cookie', 'set-cookie', 'X-Access-Key', 'rawHeaders'],
  ...['body', 'password', 'currentPassword', 'newPassword', 'secret', 'token', 'access_token', 'refreshToken'],
  ...['privateKey', 'url', 'originalUrl', 'query', 'querystring', 'DATABASE_URL', 'SMTP_URL', 'connectionString'],
  ...['password_hash', 'secretHash', 'payload', 'detail', 'where', 'hint', 'internalQuery', 'parameters', 'values'],
  ...['driverError', 'response', 'envelope', 'recipient', 'rejected'],
];

class CarelessBody {
  constructor(readonly fields: object) {
    Object.assign(this, fields);
  }
}

@Controller()
class CarelessController {
  @Post('careless')
  log(@Req() careless: FastifyRequest): void {
    const { headers, url, query, raw, body } = careless;
    const { rawHeaders } = raw;
    careless.log.info({ headers, url, query, sent: { ...headers, rawHeaders }, note: 'careless' }, 'one');
    const dto = new CarelessBody(body as object);
    careless.log.child({ cookie: headers.cookie, part: 'child' }).warn({ deep: { deeper: { dto } } }, 'two');
    careless.log.error({ req: careless, reply: { request: { headers } } }, 'three');
  }
}

let edge: Edge;
let log: FastifyBaseLogger;
beforeAll(async () => {
  edge = await startEdge([CarelessController], { LOG_LEVEL: 'trace' });
  log = edge.nest.getHttpAdapter().getInstance().log;
});

/** What these calls leave in the log. */
function logged(write: () => void): string {
  const before = edge.log.length;
  write();
  return edge.log.slice(before).join('');
}

describe('a value that is logged', () => {
  it.each(NAMES)('as %s stays out, at any depth, and its neighbours are logged', (name) => {
    const place = { [name]: CANARY, neighbour: 'kept' };
    const line = logged(() => {
      log.info({ ...place, a: { ...place, b: { ...place, c: { ...place } } }, list: [place] }, 'said');
      new RequestLog(log, place).child(place).info({}, 'said');
    });
    expect(line).not.toContain(CANARY);
    expect(line.split(`"${name}":"${CENSOR}"`)).toHaveLength(8);
    expect(line.split('"neighbour":"kept"')).toHaveLength(8);
  });

  it('has a case here for each name', () => {
    expect(NAMES.map((name) => name.replaceAll(/[-_]/g, '').toLowerCase()).sort()).toEqual([...REDACTED].sort());
  });

  it('in a text with a secret of this service loses the secret only', () => {
    const secret = `lk_pat_${'Ab3'.repeat(21)}Xy`;
    const line = logged(() => log.info({ note: `pasted ${secret} here`, agents: [secret] }, 'said'));
    expect(line).toContain('"note":"pasted [redacted] here"');
    expect(line).not.toContain(secret);
  });

  it('as bytes, as a URL or too deep is left out, and a date stays', () => {
    let deep: object = { end: CANARY };
    for (let depth = 0; depth < 9; depth += 1) deep = { deep };
    const url = new URL(`postgres://u:${CANARY}@db/x`);
    const line = logged(() => log.info({ bytes: Buffer.from(CANARY), at: new Date(0), to: { url, link: url }, deep }));
    expect(line).toContain('1970-01-01');
    expect(line).not.toContain(CANARY);
    expect(line).not.toContain(String(Buffer.from(CANARY)[0]) + ',');
  });
});

it('a whole request that code logs by accident shows no header, body or query string of it', async () => {
  const before = edge.log.length;
  const { headers } = await request(edge.url)
    .post(`/careless?access_token=${CANARY}-q`)
    .set({ authorization: `Bearer ${CANARY}-a`, cookie: `c=${CANARY}-c`, 'x-access-key': `${CANARY}-k` })
    .send({ email: 'ada@example.test', password: `${CANARY}-p` })
    .expect(201);
  const lines = edge.log.slice(before).filter((line) => line.includes(String(headers['x-request-id'])));
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['one', 'two', 'three', 'request']);
  const text = lines.join('');
  for (const kept of [
    '"note":"careless"',
    '"part":"child"',
    '"content-type":"application/json"',
    '"route":"/careless"',
  ]) {
    expect(text).toContain(kept);
  }
  for (const part of ['-q', '-a', '-c', '-k', '-p']) expect(text).not.toContain(CANARY + part);
});

/** Each way by which an error comes into the log. */
const WAYS: [way: string, write: (error: Error) => void][] = [
  ['as err', (error) => log.error({ err: error }, 'failed')],
  ['as the line itself', (error) => log.error(error)],
  ['as the framework writes it', (error) => log.warn({ err: error }, error.message)],
  ['under another name', (error) => log.error({ failure: error, nested: { failures: [error] } }, 'failed')],
  [
    'as the cause of a cause',
    (error) => log.error({ err: new AppError('internal', { cause: caused(error) }) }, 'failed'),
  ],
  ['by Nest', (error) => new NestLogger(log).error(error, 'Somewhere')],
];

function caused(cause: Error): Error {
  return new Error('outer', { cause: new Error('inner', { cause }) });
}

/** Each makes PostgreSQL quote the canary somewhere in its error. */
const STATEMENTS: [what: string, sql: string, says: string][] = [
  ['a taken key', 'INSERT INTO canaries VALUES ($1, 1), ($1, 1)', 'duplicate key value violates unique constraint'],
  ['a row that a check refuses', 'INSERT INTO canaries VALUES ($1, -1)', 'violates check constraint'],
  ['a row that lacks a value', 'INSERT INTO canaries VALUES ($1, NULL)', 'violates not-null constraint'],
  ['a key that is not there', 'INSERT INTO canary_references VALUES ($1)', 'violates foreign key constraint'],
  ['a value of another type', 'SELECT CAST($1::text AS integer)', 'data exception'],
  ['a value that is no date', 'SELECT CAST($1::text AS timestamptz)', 'data exception'],
  ['a statement inside a function', 'SELECT canary_run($1)', 'syntax error'],
  ['an exception of a function', 'SELECT canary_raise($1)', 'canaries are refused'],
];

describe('an error of the database', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await sharedApp();
    await app.db('CREATE TABLE canaries (email text PRIMARY KEY, n integer NOT NULL CHECK (n > 0))');
    await app.db('CREATE TABLE canary_references (email text REFERENCES canaries)');
    await app.db(`CREATE FUNCTION canary_run(email text) RETURNS void LANGUAGE plpgsql AS
      'BEGIN EXECUTE format(''SELECT 1 1 %L'', email); END'`);
    await app.db(`CREATE FUNCTION canary_raise(email text) RETURNS void LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''canaries are refused'' USING DETAIL = email, HINT = email; END'`);
  });

  it.each(STATEMENTS)('about %s is logged without what it quotes', async (_, sql, says) => {
    const error = await app.nest
      .get(DataSource)
      .query(sql, [CANARY])
      .catch((thrown: unknown) => thrown as Error);
    expect(JSON.stringify(error)).toContain(CANARY);
    for (const [way, write] of WAYS) {
      const line = logged(() => write(error as Error));
      expect({ way, leaks: line.includes(CANARY), says: line.includes(says) }).toEqual({
        way,
        leaks: false,
        says: true,
      });
    }
  });
});

const OTHERS: [what: string, error: Error, says: string][] = [
  [
    'of a mail server',
    Object.assign(new Error(`all recipients were rejected: 550 5.1.1 <${CANARY}@example.test>... unknown`), {
      code: 'EENVELOPE',
      response: `550 5.1.1 <${CANARY}@example.test> unknown`,
      rejected: [`${CANARY}@example.test`],
      envelope: { to: [CANARY] },
    }),
    'all recipients were rejected: 550 5.1.1',
  ],
  ['that names the URL of the database', new Error(`no way to postgres://u:${CANARY}@db/x yet`), 'no way to'],
  ['that names the URL of the mail server', new Error(`no way to smtps://u:${CANARY}@mail:465`), 'no way to'],
  ['of a URL that is none', invalidUrl(), 'Invalid URL'],
  ['that repeats a key', new Error(`Key (email)=(${CANARY}) already exists.`), 'already exists'],
  ['that repeats a row', new Error(`refused. Failing row contains (1, ${CANARY}).`), 'Failing row contains'],
  [
    'that repeats a token',
    new Error(`bad token ${CANARY.replace(CANARY, `lk_pat_${'Ab3'.repeat(21)}Xy`)}`),
    'bad token',
  ],
];

function invalidUrl(): Error {
  try {
    return new Error(new URL(`//${CANARY}`).href);
  } catch (error) {
    return error as Error;
  }
}

it('no line of the service repeats the message of an error as it is', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const calls = sources.flatMap((name) =>
    [...readFileSync(join('src', name), 'utf8').matchAll(/(?:logger|\blog)\.\w+\([^;]*;/g)].map(([call]) => ({
      name,
      call,
    })),
  );
  expect(calls.filter(({ call }) => call.includes('safeMessageOf(')).length).toBeGreaterThan(7);
  expect(calls.filter(({ call }) => /\b(?:error|failure|thrown|cause|reason)\b[^}]*\.message/.test(call))).toEqual([]);
});

describe('an error', () => {
  it.each(OTHERS)('%s is logged without what it repeats', (_, error, says) => {
    for (const [way, write] of WAYS) {
      const line = logged(() => write(error));
      const leaks = line.includes(CANARY) || line.includes('Ab3Ab3');
      expect({ way, leaks, says: line.includes(says) }).toEqual({ way, leaks: false, says: true });
    }
  });
});
