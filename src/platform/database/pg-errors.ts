/**
 * The translation of PostgreSQL's error codes: the only file that knows them. It turns errors of the driver and of the
 * ORM into the service's own. The code decides, never the message, and the message is never sent to a client.
 */
import { isNativeError } from 'node:util/types';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-codes.js';

const RETRY_AFTER_SECONDS = 1;

/** By SQLSTATE prefix, most specific first. Appendix A of the PostgreSQL manual. */
const BY_SQLSTATE: readonly (readonly [beginning: string, code: ErrorCode])[] = [
  ['08', 'unavailable'], // the connection failed
  ['57P0', 'unavailable'], // the server shuts down, crashed or starts up
  ['57014', 'unavailable'], // a statement took longer than its timeout
  ['53', 'unavailable'], // no connections, memory or disk left
  ['40', 'unavailable'], // serialization failure, deadlock
  ['55P03', 'unavailable'], // a lock timeout
  ['25006', 'unavailable'], // read-only: a failover is in progress
  ['25P03', 'unavailable'], // an idle transaction was ended
  ['3F000', 'unavailable'], // no schema to pin, or two: see schema.ts
  ['3D000', 'unavailable'], // the database does not exist (yet)
  ['23505', 'conflict'],
  ['23503', 'conflict'],
  ['23P01', 'conflict'],
  ['22P05', 'validation_failed'], // a character that the encoding cannot represent
  ['22021', 'validation_failed'],
];

/** Error codes of the socket or of the connection pool, which have no SQLSTATE. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);
const CONNECTION_MESSAGE =
  /^(?:Connection terminated|timeout (?:exceeded )?when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/;

/** Returns the service's error for a database error, or `null` for any other error, such as a broken statement. */
export function databaseError(error: unknown): AppError | null {
  const code = errorCodeOf(error);
  return code && new AppError(code, optionsFor(code, error));
}

function errorCodeOf(error: unknown): ErrorCode | null {
  if (!isNativeError(error)) return null;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const sqlState = BY_SQLSTATE.find(([beginning]) => code?.startsWith(beginning));
  if (sqlState && isDriverError(error)) return sqlState[1];
  if (code !== undefined && CONNECTION_CODES.has(code) && isNetworkCall(syscall)) return 'unavailable';
  return CONNECTION_MESSAGE.test(error.message) || lostItsConnection(error) ? 'unavailable' : null;
}

/**
 * Whether the error means a lost connection. The ORM releases a transaction's runner as soon as its connection breaks,
 * also between two statements. The next statement, and COMMIT, then fail by the released runner, and not with an error
 * of the connection.
 */
function lostItsConnection(error: Error): boolean {
  return error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;
}

/** Whether the error is the driver's `DatabaseError`, or the ORM's wrapper, which copies the driver's fields. */
function isDriverError(error: Error): boolean {
  return 'severity' in error;
}

function isNetworkCall(syscall: string | undefined): boolean {
  return syscall === undefined || ['connect', 'read', 'write', 'getaddrinfo'].includes(syscall);
}

function optionsFor(code: ErrorCode, cause: unknown): ConstructorParameters<typeof AppError>[1] {
  if (code === 'unavailable') {
    return { retryAfterSeconds: RETRY_AFTER_SECONDS, internal: 'database unavailable', cause };
  }
  if (code === 'conflict') return { detail: 'The request conflicts with the present state.', cause };
  return { detail: 'One or more fields are not valid.', cause };
}
