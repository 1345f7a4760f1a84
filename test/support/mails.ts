/** Outbox of a test, from which its people read their mails. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const MAX_WAIT_MS = 40_000;

export class Mails {
  /** Parsed mails by file name: a mail never changes. */
  private readonly parsed = new Map<string, Promise<ReceivedMail>>();

  constructor(private readonly outboxDir: string) {}

  /** Returns the newest mail to this address that the predicate accepts; throws when none arrives. */
  async waitFor(address: string, accepts: (mail: ReceivedMail) => boolean = () => true): Promise<ReceivedMail> {
    const deadline = Date.now() + MAX_WAIT_MS;
    for (;;) {
      const found = (await this.to(address)).filter(accepts).at(-1);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no such mail to ${address} within ${String(MAX_WAIT_MS)} ms`);
      await sleep(25);
    }
  }

  /** Mails that have arrived for this address, oldest first. */
  async to(address: string): Promise<ReceivedMail[]> {
    return (await this.all()).filter((mail) => mail.to.toLowerCase() === address.toLowerCase());
  }

  /** All mails that have arrived, oldest first: ids sort by creation. */
  async all(): Promise<ReceivedMail[]> {
    return this.read(await this.ids());
  }

  /** Ids of all mails that have arrived, oldest first. */
  async ids(): Promise<string[]> {
    const files = await readdir(this.outboxDir).catch(() => []);
    const mails = files.filter((file) => file.endsWith('.eml')).sort();
    return mails.map((file) => file.replace(/\.eml$/, ''));
  }

  read(ids: readonly string[]): Promise<ReceivedMail[]> {
    return Promise.all(ids.map((id) => this.parse(id)));
  }

  private parse(id: string): Promise<ReceivedMail> {
    const known = this.parsed.get(id);
    if (known) return known;
    const parsed = parseMail(id, join(this.outboxDir, `${id}.eml`));
    this.parsed.set(id, parsed);
    return parsed;
  }
}

/** Returns the link in the mail. */
export function linkOf({ text }: Pick<ReceivedMail, 'text'>): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in the mail: ${text}`);
  return link;
}

/** Returns the secret in the mail's link. */
export function tokenOf(mail: Pick<ReceivedMail, 'text'>): string {
  const token = new URL(linkOf(mail)).searchParams.get('token');
  if (token === null) throw new Error('no token in the mail');
  return token;
}

async function parseMail(id: string, path: string): Promise<ReceivedMail> {
  // Imported only when a spec reads mails: loading it takes as long as many a spec.
  const { simpleParser } = await import('mailparser');
  const { to, subject = '', text = '' } = await simpleParser(await readFile(path));
  const [recipient] = [to ?? []].flat();
  return { id, to: recipient?.value[0]?.address ?? '', subject, text };
}
