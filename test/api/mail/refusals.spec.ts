/** What becomes of a mail that a real SMTP server refuses, or that nobody needs any more, and what the log tells of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Transactions, type Tx } from '../../../src/platform/database/transactions.service.js';
import { openMail, type SealedMail } from '../../../src/platform/mail/mail-seal.js';
import { Mailer, type Mail } from '../../../src/platform/mail/mailer.service.js';
import { Actor, uniqueEmail } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { startSmtp, type AcceptedMail, type SmtpSink } from '../../support/smtp.js';
import { until } from '../../support/until.js';

let smtp: SmtpSink;
let app: TestApp;
const log: string[] = [];

beforeAll(async () => {
  smtp = await startSmtp();
  const env = { SMTP_URL: smtp.url, MAIL_FROM: 'Acme: Tokens <tokens@example.test>', LOG_LEVEL: 'trace' };
  app = await startApp({ env, logSink: { write: (line) => log.push(line) } });
});

beforeEach(() => {
  log.length = 0;
});

afterAll(() => smtp.close());

describe('a refusal', () => {
  it.each([
    { command: 'RCPT', code: 550, text: '5.1.1 no such mailbox' },
    { command: 'RCPT', code: 553 },
    { command: 'RCPT', code: 554 },
    { command: 'MAIL', code: 550 },
    { command: 'DATA', code: 552 },
    { command: 'DATA', code: 554 },
  ] as const)('for good ends the mail at once and tells the operator: %j', async (refusal) => {
    const [mail, before, refusedBefore] = [aMail(), smtp.refused(), await refusedSoFar()];
    smtp.refuse(1, refusal);
    await enqueue(mail);
    await until(() => smtp.refused() > before);
    await untilQueueIsEmpty();
    expect(arrived(mail.to)).toEqual([]);
    expect(await refusedSoFar()).toBe(refusedBefore + 1);
    const told = errorsTold(String(refusal.code));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/Mail [0-9a-f-]{36} is refused for good and not tried again: delivery failed: E\w+ \w+/);
    for (const word of [mail.to, mail.subject, 's3cr3t']) expect(log.join()).not.toContain(word);
  });

  it.each([
    { command: 'RCPT', code: 450 },
    { command: 'RCPT', code: 421 },
    { command: 'MAIL', code: 451 },
    { command: 'DATA', code: 452 },
    { command: 'MAIL', code: 530, text: '5.7.0 authentication required' },
    { command: 'DATA', code: 503 },
  ] as const)('that passes, or that the operator can mend, is followed by another attempt: %j', async (refusal) => {
    const mail = aMail();
    smtp.refuse(1, refusal);
    await enqueue(mail);
    await until(() => dbRetryNow().then(() => arrived(mail.to).length > 0));
    await untilQueueIsEmpty();
    expect(arrived(mail.to)).toHaveLength(1);
  });

  it('of a recipient that no server could take ends the mail at once', async () => {
    await enqueue({ ...aMail(), to: 'a@example.test, b@example.test' });
    await untilQueueIsEmpty();
    expect(errorsTold('EUNDELIVERABLE')).toHaveLength(1);
  });
});

describe('a mail that is of no use any more', () => {
  it('is dropped, and the log says so without a word of it', async () => {
    const mail = aMail();
    await enqueue({ ...mail, usefulUntil: new Date(Date.now() - 1) });
    await untilQueueIsEmpty();
    expect(arrived(mail.to)).toEqual([]);
    expect(log.some((line) => /Mail [0-9a-f-]{36} is not sent: it was of use until/.test(line))).toBe(true);
    for (const word of [mail.to, mail.subject, 's3cr3t']) expect(log.join()).not.toContain(word);
  });

  it('is of use for three days when nobody said how long', async () => {
    const mail = aMail();
    let hours = 0;
    await enqueue(mail, async (tx) => {
      const [row] = await tx.query<{ payload: SealedMail }[]>('SELECT payload FROM graphile_worker._private_jobs');
      if (!row) throw new Error('no job');
      const { usefulUntil = '' } = openMail(row.payload, app.config.tokens.hashKeys);
      hours = Math.round((Date.parse(usefulUntil) - Date.now()) / 3_600_000);
    });
    expect(hours).toBe(72);
    await arrival(mail.to);
  });
});

describe('the sender', () => {
  it('is one mailbox with its name, whatever characters the name has', async () => {
    const mail = aMail();
    await enqueue(mail);
    const { mail: received } = await arrival(mail.to);
    expect(received.from?.value).toEqual([{ name: 'Acme: Tokens', address: 'tokens@example.test' }]);
    expect(received.headerLines).toContainEqual({ key: 'from', line: 'From: "Acme: Tokens" <tokens@example.test>' });
    expect(received.messageId).toMatch(/@example\.test>$/);
  });
});

/** As Prometheus is told. */
async function refusedSoFar(): Promise<number> {
  const { text } = await new Actor(app, app.config.http.metricsToken).get('/metrics').expect(200);
  return Number(/^latchkey_mails_total\{outcome="refused"\} (\d+)$/m.exec(text)?.[1]);
}

/** The error lines with this word. */
function errorsTold(word: string): string[] {
  const told = log.map((line) => JSON.parse(line) as { level: number; msg: string });
  return told.filter(({ level, msg }) => level === 50 && msg.includes(word)).map(({ msg }) => msg);
}

function aMail(): Pick<Mail, 'to' | 'subject' | 'text'> {
  return { to: uniqueEmail(), subject: 'Reset your password', text: 'Follow\n\nhttp://localhost/reset?token=s3cr3t' };
}

/** Enqueues in a transaction, and does something more in it. */
async function enqueue(mail: Mail, more: (tx: Tx) => Promise<void> = async () => undefined): Promise<void> {
  await app.nest.get(Transactions).run(async (tx) => {
    await app.nest.get(Mailer).enqueue(tx, mail);
    await more(tx);
  });
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

/** The back-off begins at seconds; a test does not wait for it, nor for the poll. */
async function dbRetryNow(): Promise<void> {
  await app.db('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL');
  await app.db(`SELECT pg_notify('jobs:insert', '{"count":1}')`);
}
