/** The outbox as the people of a test read it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser } from 'mailparser';

export interface ReceivedMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const PATIENCE_MS = 10_000;

export class Mails {
  constructor(private readonly outboxDir: string) {}

  /** The newest mail to this address that the predicate accepts; fails after ten seconds without one. */
  async waitFor(address: string, accepts: (mail: ReceivedMail) => boolean = () => true): Promise<ReceivedMail> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = (await this.to(address)).filter(accepts).at(-1);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no such mail to ${address} within ${String(PATIENCE_MS)} ms`);
      await sleep(25);
    }
  }

  /** What has arrived for this address by now, oldest first. */
  async to(address: string): Promise<ReceivedMail[]> {
    return (await this.all()).filter((mail) => mail.to.toLowerCase() === address.toLowerCase());
  }

  /** Everything that has arrived by now, oldest first: ids sort by creation. */
  async all(): Promise<ReceivedMail[]> {
    return this.read(await this.ids());
  }

  /** Of everything that has arrived by now, oldest first. */
  async ids(): Promise<string[]> {
    const files = await readdir(this.outboxDir).catch(() => []);
    const mails = files.filter((file) => file.endsWith('.eml')).sort();
    return mails.map((file) => file.replace(/\.eml$/, ''));
  }

  read(ids: readonly string[]): Promise<ReceivedMail[]> {
    return Promise.all(ids.map((id) => parseMail(id, join(this.outboxDir, `${id}.eml`))));
  }
}

/** The link in the mail. */
export function linkOf({ text }: Pick<ReceivedMail, 'text'>): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in the mail: ${text}`);
  return link;
}

/** The secret in the mail's link. */
export function tokenOf(mail: Pick<ReceivedMail, 'text'>): string {
  const token = new URL(linkOf(mail)).searchParams.get('token');
  if (token === null) throw new Error('no token in the mail');
  return token;
}

async function parseMail(id: string, path: string): Promise<ReceivedMail> {
  const { to, subject = '', text = '' } = await simpleParser(await readFile(path));
  const [recipient] = [to ?? []].flat();
  return { id, to: recipient?.value[0]?.address ?? '', subject, text };
}
