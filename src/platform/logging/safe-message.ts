/**
 * The message of an error as it may be logged. Drivers and mail servers quote what they refuse: PostgreSQL the value, the
 * key or the row, an SMTP server the recipient, a URL parser the URL with its password. What they quote is left out, and
 * the words around it stay (held by test/guarantees/secrets/log-redaction.spec.ts).
 */
import { withoutSecrets } from './secret-patterns.js';

const REDACTED = '[redacted]';

const QUOTED: readonly RegExp[] = [
  // PostgreSQL: Key (email)=(ada@example.test) already exists.
  /(?<=\)=\()[^\n]*(?=\))/g,
  // PostgreSQL: Failing row contains (1, ada@example.test, …).
  /(?<=[Ff]ailing row contains \()[^\n]*/g,
  // Addresses, and URLs with a user and a password.
  /[^\s<>"'(]+@[^\s<>"')]+/g,
];

/** PostgreSQL's data exceptions (class 22 of its error codes) are sentences around the value itself. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;

/** Of what is no error, only that. */
export function safeMessageOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  if (typeof message !== 'string') return 'not an error object';
  return typeof code === 'string' && DATA_EXCEPTION.test(code) ? 'data exception' : withoutQuotations(message);
}

/** For a message whose error is not at hand, such as one that the queue has stored. */
export function withoutQuotations(message: string): string {
  return QUOTED.reduce((text, quoted) => text.replace(quoted, REDACTED), withoutSecrets(message));
}
