/**
 * What a mail says is between the service and the mailbox: the service is run as operators run it, at its most talkative,
 * and whatever it writes is searched for the secrets of its mails.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../../support/service-process.js';
import { startSmtp } from '../../support/smtp.js';
import { until } from '../../support/until.js';

const TOKEN = /token=([0-9A-Za-z]{43})/g;
const EMAIL = 'ada@example.com';
const PASSWORD = 'a tale of two towers';

const directories: string[] = [];

afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

describe('on the embedded database in production', () => {
  it('the log names each .eml file and holds no link', async () => {
    const dataDir = newDirectory();
    const env = { DATA_DIR: dataDir, NODE_ENV: 'production', LOG_LEVEL: 'trace', ...LOCAL };
    const service = await ServiceProcess.start(env);
    const mails = (): string[] => emlFiles(join(dataDir, 'outbox'));
    try {
      await causeMails(service.url, () => mails().map((file) => readFileSync(file, 'utf8')));
      await until(() => mails().every((file) => service.output.includes(file)));
    } finally {
      await service.stop();
    }
    const secrets = mails().flatMap((file) => tokensIn(readFileSync(file, 'utf8')));
    expect(secrets).toHaveLength(3);
    expect(secretsIn(service.output, secrets)).toEqual([]);
  }, 60_000);

  it('the log holds no link while a mail server takes the mails, refuses them and is asked again', async () => {
    const dataDir = newDirectory();
    const smtp = await startSmtp();
    smtp.refuse(1);
    const env = { DATA_DIR: dataDir, NODE_ENV: 'production', LOG_LEVEL: 'trace', SMTP_URL: smtp.url, ...LOCAL };
    const service = await ServiceProcess.start(env);
    const mails = (): string[] => smtp.accepted.map(({ mail }) => mail.text ?? '');
    try {
      await causeMails(service.url, mails);
    } finally {
      await service.stop();
      await smtp.close();
    }
    expect(mails().flatMap(tokensIn)).toHaveLength(3);
    expect(secretsIn(service.output, mails().flatMap(tokensIn))).toEqual([]);
  }, 60_000);
});

/** Production asks for its own addresses. */
const LOCAL = { PUBLIC_URL: 'http://localhost:3000', DASHBOARD_URL: 'http://localhost:3001' };

/** One mail of each kind that carries a link: a proof, a reset, an invitation. */
async function causeMails(url: string, mails: () => string[]): Promise<void> {
  const call = async (path: string, body: object, bearer?: string): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify(body),
    });
  const mailed = async (page: string): Promise<string> => {
    const matches = (): string[] => mails().filter((text) => text.includes(page));
    await until(() => matches().length > 0, 30_000);
    return tokensIn(matches()[0] ?? '')[0] ?? '';
  };
  await call('/auth/register', { email: EMAIL, password: PASSWORD, name: 'Ada' });
  await call('/auth/email/verify', { token: await mailed('/email/verify') });
  const { accessToken } = (await (await call('/auth/login', { email: EMAIL, password: PASSWORD })).json()) as {
    accessToken: string;
  };
  await call('/organizations', { name: 'Engines', slug: 'engines' }, accessToken);
  await call('/organizations/engines/invitations', { email: 'grace@example.com', role: 'admin' }, accessToken);
  await mailed('/invitations/accept');
  await call('/auth/password/forgot', { email: EMAIL });
  await mailed('/password/reset');
}

function tokensIn(text: string): string[] {
  return [...text.matchAll(TOKEN)].map(([, token = '']) => token);
}

/** Whatever the service has written of them, and any link at all. */
function secretsIn(output: string, secrets: readonly string[]): string[] {
  const links = /(?:email\/verify|password\/reset|invitations\/accept)\?token|Mail to/.exec(output);
  return [...secrets.filter((secret) => output.includes(secret)), ...(links ?? [])];
}

function emlFiles(outbox: string): string[] {
  const names = existsSync(outbox) ? readdirSync(outbox) : [];
  return names.filter((name) => name.endsWith('.eml')).map((name) => join(outbox, name));
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-private-'));
  directories.push(directory);
  return directory;
}
