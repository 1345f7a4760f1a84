/**
 * The classification of a failed delivery: whether a retry can succeed, and which parts may be stored and logged. Pure.
 */

/**
 * `passing`: a retry may succeed. `permanent`: the mail or its recipient is refused. `refused-service`: the server
 * refuses this service, whatever the mail.
 */
export type FailureKind = 'passing' | 'permanent' | 'refused-service';

export interface DeliveryFailure {
  readonly kind: FailureKind;
  /** Codes only, never a message: an SMTP server may quote the mail, or the address, in its reply. */
  readonly reason: string;
}

/** The commands of one mail's own transaction (RFC 5321 section 3.3). */
const MAIL_COMMANDS = ['MAIL FROM', 'RCPT TO', 'DATA'];

/**
 * Replies about authentication that is missing, too weak or wrong (RFC 4954 section 6). For any command, the operator
 * must fix it, and the mail can then be sent. The same holds for 503 (bad sequence of commands), which says nothing
 * about the mail.
 */
const AUTHENTICATION_REPLIES = [530, 534, 535, 538];
const BAD_SEQUENCE = 503;

/** Thrown for a mail that no server could accept. */
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
  /** The code of the error that nodemailer replaced with its own code. */
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
    // Three numbers, more precise than the reply's one (RFC 3463).
    enhancedCode: typeof response === 'string' ? /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] : undefined,
  };
}

function kindOf(error: unknown, { code, command, responseCode }: Facts): FailureKind {
  if (error instanceof UndeliverableMail) return 'permanent';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'refused-service';
  if (responseCode === undefined) return code === 'EENVELOPE' ? 'permanent' : 'passing';
  if (responseCode < 500 || responseCode === BAD_SEQUENCE) return 'passing';
  const isAboutMail = MAIL_COMMANDS.includes(command ?? '') && !AUTHENTICATION_REPLIES.includes(responseCode);
  return isAboutMail ? 'permanent' : 'refused-service';
}

/** Self-signed, of an unknown authority, expired, or for another name: a code of OpenSSL or of Node's TLS. */
function isUntrusted(code: string | undefined): boolean {
  return code !== undefined && /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}
