/** SMTP server on loopback, and the mails that it has accepted. */
import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';

export interface AcceptedMail {
  readonly mail: ParsedMail;
  /** Recipients of the envelope (RCPT TO). */
  readonly recipients: readonly string[];
}

/** Refusal of a message, and the command that it answers. */
export interface Refusal {
  readonly command?: 'MAIL' | 'RCPT' | 'DATA';
  readonly code?: number;
  readonly text?: string;
}

export interface SmtpSink {
  readonly url: string;
  readonly accepted: AcceptedMail[];
  /** Refuses so many messages, after their data or earlier, before it accepts again. */
  refuse(times: number, refusal?: Refusal): void;
  /** Number of refused messages. */
  readonly refused: () => number;
  close(): Promise<void>;
}

/** Starts an SMTP server that offers TLS with an untrusted certificate. */
export async function startUntrustedSmtp(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'mail.example.test' }], {
    keyType: 'ec',
  });
  const server = new SMTPServer({ key, cert, authOptional: true });
  // The client disconnects during the handshake.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** `asksForPassword`: accepts mail after a sign-in only, and refuses every password, quoting it. */
export async function startSmtp({ asksForPassword = false } = {}): Promise<SmtpSink> {
  const accepted: AcceptedMail[] = [];
  const refusals: Refusal[] = [];
  let refused = 0;
  /** Returns the refusal due at this command, in the server library's form. */
  const due = (at: NonNullable<Refusal['command']>): Error | null => {
    const [next] = refusals;
    if (!next || (next.command ?? 'DATA') !== at) return null;
    refusals.shift();
    refused += 1;
    return Object.assign(new Error(next.text ?? 'try again later'), { responseCode: next.code ?? 451 });
  };
  const server = new SMTPServer({
    authOptional: !asksForPassword,
    disabledCommands: asksForPassword ? ['STARTTLS'] : ['AUTH', 'STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) => {
      refused += 1;
      done(Object.assign(new Error(`${String(username)}:${String(password)} is wrong`), { responseCode: 535 }));
    },
    onMailFrom: (_, _session, done) => done(due('MAIL')),
    onRcptTo: (_, _session, done) => done(due('RCPT')),
    onData: (stream, session, done) => {
      void simpleParser(stream).then((mail) => {
        const refusal = due('DATA');
        if (refusal) return done(refusal);
        accepted.push({ mail, recipients: session.envelope.rcptTo.map(({ address }) => address) });
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    accepted,
    refuse: (times, refusal = {}) => refusals.push(...Array.from({ length: times }, () => refusal)),
    refused: () => refused,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
