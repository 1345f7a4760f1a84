/**
 * Keeps secrets and personal data out of what is logged by accident. One pass over the logged object, at any depth and
 * whatever the spelling of a name: the logger's own redaction by path knows three depths and takes ten times as long.
 */
import { withoutSecrets } from './secret-patterns.js';
import { isError, loggableError } from './loggable-error.js';

/** No code logs these on purpose. In lower case, without `-` and `_`: `Set-Cookie` and `set_cookie` are one name. */
export const REDACTED: ReadonlySet<string> = new Set([
  // Headers.
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'xaccesskey',
  'rawheaders',
  // Bodies of requests and answers.
  'body',
  'password',
  'currentpassword',
  'newpassword',
  'secret',
  'token',
  'accesstoken',
  'refreshtoken',
  'privatekey',
  // URLs, whose query string may hold a token and whose user part a password.
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
  // What PostgreSQL and the ORM say besides an error's message.
  'detail',
  'where',
  'hint',
  'internalquery',
  'parameters',
  'values',
  'drivererror',
  // What a mail server answers, and to whom.
  'response',
  'envelope',
  'recipient',
  'rejected',
]);

export const CENSOR = '[redacted]';

/** The logger's serializers write these by naming what is wanted. */
const SERIALIZED: ReadonlySet<string> = new Set(['req', 'res', 'err']);

const DEEPEST = 6;

/** For the members of a log line. */
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
  if (depth >= DEEPEST) return '[nested deeper]';
  if (Array.isArray(value)) return value.map((each: unknown) => loggable(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, member(name, each, depth + 1)]));
}
