/**
 * The form of an error in the log, member by member. Copying all properties, as loggers do by default, would include
 * the ORM's query parameters and PostgreSQL's `detail`, and so hashes and addresses.
 */
import { isNativeError } from 'node:util/types';
import { safeMessageOf } from './safe-message.js';

interface LoggableError {
  [member: string]: unknown;
  type: string;
  message: string;
  stack: string;
}

const MAX_CAUSE_DEPTH = 4;

export function loggableError(error: unknown, depth = 1): LoggableError {
  if (!isError(error)) return { type: typeof error, message: 'not an error object', stack: '' };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  const deeper = error.cause !== undefined && depth < MAX_CAUSE_DEPTH;
  return {
    type: error.name,
    message: safeMessageOf(error),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    stack: framesOf(error.stack ?? ''),
    ...(deeper && { cause: loggableError(error.cause, depth + 1) }),
  };
}

/** Returns the stack's frames; its first lines repeat the message. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** Fastify's errors are not native ones, and errors of another realm are no instances of this realm's class. */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || isNativeError(thrown);
}
