/** From the transaction to the recipient, over a real SMTP server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import type { AppConfig } from '../../../config/app-config.js';
import { createApp } from '../../../src/create-app.js';
import { newId } from '../../../src/platform/database/ids.js';
import { Transactions, type Tx } from '../../../src/platform/database/transactions.service.js';
import { sealMail } from '../../../src/platform/mail/mail-seal.js';
import { Mailer, type Mail } from '../../../src/platform/mail/mailer.service.js';
import { JobQueue } from '../../../src/platform/queue/job-queue.service.js';
import { uniqueEmail } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { startSmtp, type AcceptedMail, type SmtpSink } from '../../support/smtp.js';
import { until } from '../../support/until.js';

const NOBODY_LISTENS = 'smtp://127.0.0.1:9';

let smtp: SmtpSink;
let app: TestApp;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  smtp = await startSmtp();
  app = await startApp({ env: { SMTP_URL: smtp.url } });
});

beforeEach(() => untilQueueIsEmpty());

afterAll(async () => {
  for (const step of undo) await step();
  await smtp.close();
});

describe('a mail', () => {
  it('is delivered after the commit, and then its job is gone', async () => {
    const mail = aMail();
    await enqueue(app.nest, mail);
    const { mail: received, recipients } = await arrival(mail.to);
    expect(recipients).toEqual([mail.to]);
    expect(received).toMatchObject({ subject: mail.subject, text: `${mail.text}\n` });
    await untilQueueIsEmpty();
  });

  it('is not sent when its transaction rolls back', async () => {
    const [kept, dropped] = [aMail(), aMail()];
    const failure = new Error('the change failed');
    await expect(enqueue(app.nest, dropped, () => Promise.reject(failure))).rejects.toThrow(failure);
    await enqueue(app.nest, kept);
    await arrival(kept.to);
    expect(arrived(dropped.to)).toEqual([]);
  });

  it('is tried again while the server refuses it, and delivered once', async () => {
    const mail = aMail();
    smtp.refuse(2);
    await enqueue(app.nest, mail);
    await until(() => dbRetryNow().then(() => arrived(mail.to).length > 0));
    await untilQueueIsEmpty();
    expect(arrived(mail.to)).toHaveLength(1);
  });

  it('is delivered after a restart when the service ended before it could be', async () => {
    const mail = aMail();
    const database = await createTestDatabase();
    undo.push(() => database.drop());
    const first = await startOn(database.url, NOBODY_LISTENS);
    await enqueue(first, mail);
    await first.close();
    const second = await startOn(database.url, smtp.url);
    undo.unshift(() => second.close());
    await until(() => dbRetryNow(database.query).then(() => arrived(mail.to).length > 0));
  });

  it('is delivered by the next start when the process that had taken it was killed', async () => {
    const mail = aMail();
    await enqueue(app.nest, mail, async (tx) => {
      await tx.query(
        `UPDATE graphile_worker._private_jobs SET locked_by = 'dead', locked_at = now() - interval '3 min'`,
      );
    });
    const next = await startApp({ beside: app, env: { SMTP_URL: smtp.url } });
    await arrival(mail.to);
    await next.close();
  });

  it('is delivered also when an older version has queued it, which says nothing of its use', async () => {
    const { to, subject, text } = aMail();
    await app.nest.get(Transactions).run(async (tx) => {
      const payload = sealMail({ id: newId(), to, subject, text }, app.config.tokens.hashKeys[0]);
      await app.nest.get(JobQueue).add(tx, { task: 'mail', payload });
    });
    await arrival(to);
  });

  it('is given up after the last attempt, and its job does not stay', async () => {
    const mail = aMail();
    smtp.refuse(1);
    await enqueue(app.nest, mail, async (tx) => {
      await tx.query('UPDATE graphile_worker._private_jobs SET max_attempts = 1');
    });
    await untilQueueIsEmpty();
    expect(arrived(mail.to)).toEqual([]);
  });
});

describe('the queue', () => {
  it('names the key that a mail is sealed with when it is not configured', async () => {
    const payload = { ...sealMail({ id: newId(), ...aMail(), usefulUntil: '' }, app.config.tokens.hashKeys[0]) };
    await app.nest.get(Transactions).run(async (tx) => {
      await app.nest.get(JobQueue).add(tx, { task: 'mail', payload: { ...payload, keyVersion: 'v0' } });
    });
    await until(async () => (await dbErrors()).length > 0);
    expect(await dbErrors()).toEqual(['cannot be opened: its server key v0 is not configured, or not the same']);
    await app.db('DELETE FROM graphile_worker._private_jobs');
  });

  it('holds no word of a mail in its table', async () => {
    const mail = aMail();
    let rows = '';
    await enqueue(app.nest, mail, async (tx) => {
      rows = JSON.stringify(await tx.query('SELECT * FROM graphile_worker._private_jobs'));
    });
    expect(rows).toContain('keyVersion');
    for (const word of [mail.to, mail.subject, 's3cr3t']) expect(rows).not.toContain(word);
  });

  it('keeps what a server quotes of a mail out of its error column', async () => {
    const mail = aMail();
    smtp.refuse(1, { text: `rejected: contains ${mail.text.replaceAll('\n', ' ')}` });
    await enqueue(app.nest, mail);
    await until(async () => (await dbErrors()).length > 0);
    expect(await dbErrors()).toEqual(['delivery failed: EMESSAGE DATA 451']);
    await until(() => dbRetryNow().then(() => arrived(mail.to).length > 0));
  });
});

function aMail(): Pick<Mail, 'to' | 'subject' | 'text'> {
  return { to: uniqueEmail(), subject: 'Reset your password', text: 'Follow\n\nhttp://localhost/reset?token=s3cr3t' };
}

/** Enqueues in a transaction, and does something more in it. */
async function enqueue(
  nest: INestApplicationContext,
  mail: Mail,
  more: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<void> {
  await nest.get(Transactions).run(async (tx) => {
    await nest.get(Mailer).enqueue(tx, mail);
    await more(tx);
  });
}

async function startOn(databaseUrl: string, smtpUrl: string): Promise<INestApplicationContext> {
  const { database, mail } = app.config;
  const config: AppConfig = { ...app.config, database: { ...database, url: databaseUrl }, mail: { ...mail, smtpUrl } };
  return (await createApp(config)).init();
}

function arrived(address: string): AcceptedMail[] {
  return smtp.accepted.filter(({ recipients }) => recipients.includes(address));
}

async function arrival(address: string): Promise<AcceptedMail> {
  await until(() => arrived(address).length > 0);
  const [mail] = arrived(address);
  if (!mail) throw new Error('nothing has arrived');
  return mail;
}

function untilQueueIsEmpty(): Promise<void> {
  return until(async () => (await app.db('SELECT FROM graphile_worker._private_jobs')).length === 0);
}

async function dbErrors(): Promise<string[]> {
  const rows = await app.db<{ last_error: string }>(
    'SELECT last_error FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL',
  );
  return rows.map(({ last_error }) => last_error);
}

/** The back-off begins at seconds; a test does not wait for it, nor for the poll. */
async function dbRetryNow(db = app.db): Promise<void> {
  await db('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL');
  await db(`SELECT pg_notify('jobs:insert', '{"count":1}')`);
}
