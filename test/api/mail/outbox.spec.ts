/** The service without SMTP: mails are files, and the log names them. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppConfig } from '../../../config/app-config.js';
import { createApp } from '../../../src/create-app.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { Mailer } from '../../../src/platform/mail/mailer.service.js';
import { LANES } from '../../../src/platform/queue/queue-tasks.service.js';
import { uniqueEmail } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { linkOf, tokenOf } from '../../support/mails.js';
import { until } from '../../support/until.js';

const LINK = 'http://localhost:3001/invitations/accept?token=s3cr3t';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

describe('the outbox', () => {
  it('receives the mail with its link', async () => {
    const to = uniqueEmail();
    await send(app.nest, to);
    const mail = await app.mails.waitFor(to, ({ subject }) => subject === 'Join Acme');
    expect([linkOf(mail), tokenOf(mail)]).toEqual([LINK, 's3cr3t']);
  });

  it('receives mails also after the connections of the queue were cut', async () => {
    const to = uniqueEmail();
    await app.db(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'latchkey-queue'`,
    );
    await send(app.nest, to);
    await app.mails.waitFor(to);
  });
});

describe('the worker', () => {
  it('is started again when the queue ends it', async () => {
    const to = uniqueEmail();
    await until(async () => (await dbListeners()).length === Object.keys(LANES).length);
    await app.db(`SELECT pg_notify('worker:migrate', '{"breaking":true}')`);
    await until(async () => (await dbListeners()).length === 0);
    await send(app.nest, to);
    await app.mails.waitFor(to);
    // The queue's way of saying why it ended; no concern of this run.
    process.exitCode = undefined;
  });
});

describe('the log', () => {
  it('names the file at info and shows nothing of the mail', async () => {
    const { lines, to } = await logOf();
    const written = lines.filter((line) => line.includes('.eml'));
    expect(written).toHaveLength(1);
    const { level, msg } = JSON.parse(written[0] ?? '') as { level: number; msg: string };
    const [file = ''] = /\/\S+\.eml$/.exec(msg) ?? [];
    expect([level, dirname(file)]).toEqual([30, app.config.mail.outboxDir]);
    expect(await readFile(file, 'utf8')).toContain(LINK);
    for (const word of [to, 'Join Acme', 's3cr3t', 'accept?token']) expect(lines.join('\n')).not.toContain(word);
  });
});

/** The connections on which the queue waits for new jobs. */
function dbListeners(): Promise<object[]> {
  return app.db(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'latchkey-queue' AND query LIKE 'LISTEN%'`,
  );
}

/** All that a service at the most talkative level says while it delivers a mail. */
async function logOf(): Promise<{ lines: string[]; to: string }> {
  const [to, lines]: [string, string[]] = [uniqueEmail(), []];
  const database = await createTestDatabase();
  const config: AppConfig = {
    ...app.config,
    database: { ...app.config.database, url: database.url },
    logging: { level: 'trace' },
  };
  const nest = await createApp(config, { logSink: { write: (line) => lines.push(line) } });
  await nest.init();
  try {
    await send(nest, to);
    await app.mails.waitFor(to);
  } finally {
    await nest.close();
    await database.drop();
  }
  return { lines, to };
}

async function send(nest: INestApplicationContext, to: string): Promise<void> {
  const mail = { to, subject: 'Join Acme', text: `Somebody invites you.\n\n${LINK}\n\nIt works for 7 days.` };
  await nest.get(Transactions).run((tx) => nest.get(Mailer).enqueue(tx, mail));
}
