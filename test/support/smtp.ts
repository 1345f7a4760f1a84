/** A real SMTP server on loopback, and what it has accepted. */
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';

export interface AcceptedMail {
  readonly mail: ParsedMail;
  /** The recipients of the envelope (RCPT TO). */
  readonly recipients: readonly string[];
}

export interface SmtpSink {
  readonly url: string;
  readonly accepted: AcceptedMail[];
  /** Answers so many messages with this refusal before it accepts again. */
  refuse(times: number, answer?: string): void;
  /** How many messages were refused. */
  readonly refused: () => number;
  close(): Promise<void>;
}

/** An SMTP server that offers TLS with a certificate which nobody trusts. */
export async function startUntrustedSmtp(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'mail.example.test' }], {
    keyType: 'ec',
  });
  const server = new SMTPServer({ key, cert, authOptional: true });
  // The client goes away in the middle of the handshake.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export async function startSmtp(): Promise<SmtpSink> {
  const accepted: AcceptedMail[] = [];
  const refusals: string[] = [];
  let refused = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      void simpleParser(stream).then((mail) => {
        const refusal = refusals.shift();
        if (refusal !== undefined) {
          refused += 1;
          return done(Object.assign(new Error(refusal), { responseCode: 451 }));
        }
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
    refuse: (times, answer = 'try again later') => refusals.push(...Array.from({ length: times }, () => answer)),
    refused: () => refused,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
