/** What a failed attempt means: whether another one can end better, and what may be stored and logged of it. Pure. */

/** `permanent`: the mail or its recipient is refused. `refused-service`: this service is, whatever it sends. */
export type FailureKind = 'passing' | 'permanent' | 'refused-service';

export interface DeliveryFailure {
  readonly kind: FailureKind;
  /** Codes only, never a message: an SMTP server may quote the mail, or the address, in its answer. */
  readonly reason: string;
}

/** What the commands of one mail's own transaction may be answered (RFC 5321 section 3.3). */
const MAIL_COMMANDS = ['MAIL FROM', 'RCPT TO', 'DATA'];

/**
 * Authentication is missing, too weak or wrong (RFC 4954 section 6): whatever the command, the operator mends it and the
 * mail can go. So is 503 (bad sequence of commands), which says nothing about the mail.
 */
const ABOUT_THE_SERVICE = [530, 534, 535, 538];
const BAD_SEQUENCE = 503;

/** Thrown for a mail that no server could take. */
export class UndeliverableMail extends Error {
  override readonly name = 'UndeliverableMail';
  readonly code = 'EUNDELIVERABLE';
}

export function failureOf(error: unknown): DeliveryFailure {
  const facts = factsOf(error);
  const { code, originalCode, command, responseCode, enhancedCode } = facts;
  const known = [code, originalCode, command, responseCode, enhancedCode].filter((part) => part !== undefined);
  const words = ['delivery failed', known.join(' ')].filter(Boolean).join(': ');
  const untrusted = isUntrusted(originalCode ?? code) ? ', the certificate of the mail server is not trusted' : '';
  return { kind: kindOf(error, facts), reason: words + untrusted };
}

interface Facts {
  readonly code: string | undefined;
  /** Of the error that nodemailer has put its own code in place of. */
  readonly originalCode: string | undefined;
  readonly command: string | undefined;
  readonly responseCode: number | undefined;
  readonly enhancedCode: string | undefined;
}

function factsOf(error: unknown): Facts {
  const { code, originalCode, command, responseCode, response } = error as Record<string, unknown>;
  return {
    code: typeof code === 'string' ? code : undefined,
    originalCode: typeof originalCode === 'string' ? originalCode : undefined,
    command: typeof command === 'string' ? command : undefined,
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    // Three numbers that say more than the reply's one (RFC 3463).
    enhancedCode: typeof response === 'string' ? /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] : undefined,
  };
}

function kindOf(error: unknown, { code, command, responseCode }: Facts): FailureKind {
  if (error instanceof UndeliverableMail) return 'permanent';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'refused-service';
  if (responseCode === undefined) return code === 'EENVELOPE' ? 'permanent' : 'passing';
  if (responseCode < 500 || responseCode === BAD_SEQUENCE) return 'passing';
  const isAboutMail = MAIL_COMMANDS.includes(command ?? '') && !ABOUT_THE_SERVICE.includes(responseCode);
  return isAboutMail ? 'permanent' : 'refused-service';
}

/** Self-signed, of an unknown authority, expired, or for another name: a code of OpenSSL or of Node's TLS. */
function isUntrusted(code: string | undefined): boolean {
  return code !== undefined && /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}
