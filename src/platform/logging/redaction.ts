/**
 * Redaction of secrets and personal data that are logged by accident. One pass over the logged object, at any depth and
 * for any spelling of a name. The logger's own redaction by path supports three depths and takes ten times as long.
 */
import { isError, loggableError } from './loggable-error.js';
import { withoutSecrets } from './secret-patterns.js';

/**
 * Names that no code logs on purpose, in lower case, without `-` and `_`: `Set-Cookie` and `set_cookie` are one name.
 */
export const REDACTED: ReadonlySet<string> = new Set([
  // Headers.
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'xaccesskey',
  'rawheaders',
  // Bodies of requests and responses.
  'body',
  'password',
  'currentpassword',
  'newpassword',
  'secret',
  'token',
  'accesstoken',
  'refreshtoken',
  'privatekey',
  // URLs: the query string may contain a token, and the user part a password.
  'url',
  'originalurl',
  'query',
  'querystring',
  'databaseurl',
  'smtpurl',
  'connectionstring',
  // Rows.
  'passwordhash',
  'secrethash',
  'payload',
  // Members of PostgreSQL's and the ORM's errors, besides the message.
  'detail',
  'where',
  'hint',
  'internalquery',
  'parameters',
  'values',
  'drivererror',
  // A mail server's response, and its recipient.
  'response',
  'envelope',
  'recipient',
  'rejected',
]);

export const CENSOR = '[redacted]';

/** Members with a serializer of the logger, which writes only listed members. */
const SERIALIZED: ReadonlySet<string> = new Set(['req', 'res', 'err']);

const MAX_DEPTH = 6;

/** Returns the members of a log line, redacted. */
export function redacted(line: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(line)) {
    kept[name] = SERIALIZED.has(name) ? line[name] : member(name, line[name], 1);
  }
  return kept;
}

function member(name: string, value: unknown, depth: number): unknown {
  return REDACTED.has(name.replaceAll(/[-_]/g, '').toLowerCase()) ? CENSOR : loggable(value, depth);
}

function loggable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isError(value)) return loggableError(value);
  if (ArrayBuffer.isView(value) || value instanceof URL) return CENSOR;
  if (value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[nested deeper]';
  if (Array.isArray(value)) return value.map((each: unknown) => loggable(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, member(name, each, depth + 1)]));
}
