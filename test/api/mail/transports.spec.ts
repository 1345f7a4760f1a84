/** The contract that both ways out of the service keep. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser, type ParsedMail } from 'mailparser';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../../src/platform/database/ids.js';
import type { MailTransport, QueuedMail } from '../../../src/platform/mail/mail-transport.js';
import { OutboxTransport } from '../../../src/platform/mail/outbox-transport.js';
import { SmtpTransport } from '../../../src/platform/mail/smtp-transport.js';
import { startSmtp, type SmtpSink } from '../../support/smtp.js';

const FROM = { name: 'Acme: Tokens', address: 'latchkey@example.test' };
const LINK = `http://localhost:3001/invitations/accept?token=${'x'.repeat(60)}`;

interface Way {
  transport: MailTransport;
  arrived(): Promise<ParsedMail[]>;
  recipients(): Promise<string[]>;
}

let smtp: SmtpSink;
const outbox = mkdtempSync(join(tmpdir(), 'latchkey-outbox-'));

beforeAll(async () => {
  smtp = await startSmtp();
});

afterAll(async () => {
  await smtp.close();
  rmSync(outbox, { recursive: true, force: true });
});

const ways: Record<string, () => Way> = {
  smtp: () => ({
    transport: new SmtpTransport(smtp.url, FROM),
    arrived: async () => smtp.accepted.map(({ mail }) => mail),
    recipients: async () => smtp.accepted.flatMap(({ recipients }) => recipients),
  }),
  outbox: () => ({
    transport: new OutboxTransport(outbox, FROM),
    arrived: outboxMails,
    recipients: async () => (await outboxMails()).flatMap(({ to }) => [to ?? []].flat().map(({ text }) => text)),
  }),
};

describe.each(Object.keys(ways))('%s', (name) => {
  it('delivers recipient, subject and text with the link whole', async () => {
    const mail = queued({ to: 'zoe@example.test', subject: 'Zoë, join “Acme”', text: `Hello Zoë,\n\n${LINK}\n\nBye` });
    const [received] = await deliver(name, mail);
    expect(received).toMatchObject({ subject: mail.subject, from: { value: [FROM] } });
    expect(received?.text?.trim()).toBe(mail.text);
    expect(received?.to).toMatchObject({ text: 'zoe@example.test' });
  });

  it('gives a mail the same Message-ID at every attempt', async () => {
    const mail = queued({});
    await deliver(name, mail);
    const received = await deliver(name, mail);
    expect(new Set(received.map(({ messageId }) => messageId))).toEqual(new Set([`<${mail.id}@example.test>`]));
  });

  it('lets no subject add a header', async () => {
    const [received] = await deliver(name, queued({ subject: 'Hi\r\nBcc: thief@example.test\r\n\r\nbody' }));
    expect(received?.headers.has('bcc')).toBe(false);
    expect(received?.text?.trim()).toBe('Hello');
    expect(await way(name).recipients()).not.toContain('thief@example.test');
  });

  it.each([
    'a@example.test, thief@example.test',
    'a@example.test\r\nBcc: thief@example.test',
    'a@example.test>,<thief@example.test',
    'Somebody <thief@example.test>',
    'all: a@example.test, thief@example.test;',
    '',
  ])('refuses the recipient %j and sends nothing', async (to) => {
    const { transport, arrived } = way(name);
    const before = (await arrived()).length;
    await expect(transport.deliver(queued({ to }))).rejects.toThrow('the recipient is not one address');
    expect(await arrived()).toHaveLength(before);
  });
});

describe('the outbox', () => {
  it('keeps each mail in a file that only its owner can read, and no drafts', async () => {
    const mail = queued({});
    await deliver('outbox', mail);
    expect(readdirSync(outbox)).toContain(`${mail.id}.eml`);
    expect(readdirSync(outbox).filter((file) => !file.endsWith('.eml'))).toEqual([]);
    for (const file of readdirSync(outbox)) expect(statSync(join(outbox, file)).mode & 0o777).toBe(0o600);
  });

  it('shows a link whole to whoever opens the file as text', async () => {
    const mail = queued({ text: `Grüße\n\n${LINK}\n` });
    await deliver('outbox', mail);
    expect(await readFile(join(outbox, `${mail.id}.eml`), 'utf8')).toContain(`\r\n${LINK}\r\n`);
  });
});

function way(name: string): Way {
  const make = ways[name];
  if (!make) throw new Error(`no transport ${name}`);
  return make();
}

/** Delivers and answers what has arrived for this mail. */
async function deliver(name: string, mail: QueuedMail): Promise<ParsedMail[]> {
  const { transport, arrived } = way(name);
  await transport.deliver(mail);
  return (await arrived()).filter(({ messageId }) => messageId?.includes(mail.id));
}

function queued(fields: Partial<QueuedMail>): QueuedMail {
  return { id: newId(), to: 'a@example.test', subject: 'Subject', text: 'Hello', ...fields };
}

async function outboxMails(): Promise<ParsedMail[]> {
  return Promise.all(readdirSync(outbox).map(async (file) => simpleParser(await readFile(join(outbox, file)))));
}
