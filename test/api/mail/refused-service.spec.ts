/** A mail server that does not let this service in: nothing is lost, the operator is told, and no password is shown. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { startSmtp, type SmtpSink } from '../../support/smtp.js';
import { until } from '../../support/until.js';

const PASSWORD = 'p4ssw0rd-of-the-mail-server';

describe('a mail server that refuses the password of SMTP_URL', () => {
  const log: string[] = [];
  let smtp: SmtpSink;
  let app: TestApp;

  beforeAll(async () => {
    smtp = await startSmtp({ asksForPassword: true });
    const env = { SMTP_URL: smtp.url.replace('//', `//mailer:${PASSWORD}@`), LOG_LEVEL: 'trace' };
    app = await startApp({ env, logSink: { write: (line) => log.push(line) } });
    await signUp(app);
    await until(async () => (await dbWaiting()).length > 0);
  });

  afterAll(() => smtp.close());

  const dbWaiting = (): Promise<object[]> =>
    app.db('SELECT last_error FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL');

  it('is asked again later', async () => {
    expect(await dbWaiting()).toEqual([{ last_error: expect.stringMatching(/^delivery failed: EAUTH AUTH \w+ 535$/) }]);
  });

  it('is named in an error of the log, with the variables that matter', () => {
    const errors = log
      .map((line) => JSON.parse(line) as { level: number; msg: string })
      .filter(({ level }) => level === 50);
    expect(errors[0]?.msg).toMatch(
      /^The mail server refuses this service \(SMTP_URL, MAIL_FROM\): .* EAUTH AUTH \w+ 535$/,
    );
  });

  it('learns the password, and nobody else does', async () => {
    expect(smtp.refused()).toBeGreaterThan(0);
    const encoded = Buffer.from(`\0mailer\0${PASSWORD}`).toString('base64');
    const rows = JSON.stringify(await app.db('SELECT * FROM graphile_worker._private_jobs'));
    expect(rows).toContain('EAUTH');
    expect(log.join()).toContain('EAUTH');
    for (const form of [PASSWORD, encoded]) expect(log.join() + rows).not.toContain(form);
  });
});
