/**
 * The message of an error in the form that may be logged. Drivers and mail servers quote refused input. PostgreSQL
 * quotes the value, the key or the row, an SMTP server the recipient, a URL parser the URL with its password.
 * Quotations are removed and the words around them stay (tested by test/guarantees/secrets/log-redaction.spec.ts).
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

/** PostgreSQL's data exceptions (class 22 of its error codes), whose message contains the value itself. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;

/** Returns the safe message; a fixed text for a value that is no error. */
export function safeMessageOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  if (typeof message !== 'string') return 'not an error object';
  return typeof code === 'string' && DATA_EXCEPTION.test(code) ? 'data exception' : withoutQuotations(message);
}

/** Returns a safe message without the error object, such as for a message that the queue has stored. */
export function withoutQuotations(message: string): string {
  return QUOTED.reduce((text, quoted) => text.replace(quoted, REDACTED), withoutSecrets(message));
}
