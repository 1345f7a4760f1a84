import { ConfigError } from '../../../config/config-error.js';
import { safeMessageOf } from '../logging/safe-message.js';

/** A fault that another process has described: its message is the whole report. */
export class DescribedFault extends Error {}

/** The words of a foreseen fault say it all; a stack is for the faults of programmers. */
export function describeFault(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DescribedFault) return error.message;
  if (error instanceof AggregateError) return error.errors.map(describeFault).join('\n');
  if (!(error instanceof Error)) return String(error);
  // PostgreSQL's messages may quote values; those of the file system name files, which are wanted.
  if ('severity' in error) return `Latchkey: ${safeMessageOf(error)}`;
  return error.constructor === Error || 'code' in error ? `Latchkey: ${error.message}` : String(error.stack);
}
