import { ConfigError } from '../../../config/config-error.js';
import { safeMessageOf } from '../logging/safe-message.js';

/** A fault described by another process: its message is the whole report. */
export class DescribedFault extends Error {}

/** Returns the message alone for a foreseen fault, and the stack for a programming error. */
export function describeFault(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DescribedFault) return error.message;
  if (error instanceof AggregateError) return error.errors.map(describeFault).join('\n');
  if (!(error instanceof Error)) return String(error);
  // PostgreSQL's messages may quote values. Messages of the file system name files, which the operator needs.
  if ('severity' in error) return `Latchkey: ${safeMessageOf(error)}`;
  return error.constructor === Error || 'code' in error ? `Latchkey: ${error.message}` : String(error.stack);
}
