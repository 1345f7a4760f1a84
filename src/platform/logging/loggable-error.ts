/**
 * Writes an error for the log by naming what is wanted. Copying an error's properties, as loggers do by default, would
 * take along the ORM's query parameters and PostgreSQL's `detail`, and with them hashes and addresses.
 */
import { isNativeError } from 'node:util/types';
import { safeMessageOf } from './safe-message.js';

interface LoggableError {
  [member: string]: unknown;
  type: string;
  message: string;
  stack: string;
}

const LONGEST_CHAIN = 4;

export function loggableError(error: unknown, depth = 1): LoggableError {
  if (!isError(error)) return { type: typeof error, message: 'not an error object', stack: '' };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  const deeper = error.cause !== undefined && depth < LONGEST_CHAIN;
  return {
    type: error.name,
    message: safeMessageOf(error),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    stack: framesOf(error.stack ?? ''),
    ...(deeper && { cause: loggableError(error.cause, depth + 1) }),
  };
}

/** A stack begins by repeating the message. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** Fastify's errors are not native ones, and errors of another realm are no instances of this one's class. */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || isNativeError(thrown);
}
