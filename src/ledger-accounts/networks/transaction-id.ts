/**
 * Transaction ids in the real network's format: the paying account, `@`, and the instant at which validity starts, in
 * nanoseconds: `0.0.2@1732540000.000000123`. Both drivers use this format.
 */
import { randomInt } from 'node:crypto';

/** Seconds for which a transaction is valid after its instant; the network's own default. */
export const VALID_SECONDS = 120;

/** Ids start a little in the past: an id from a clock ahead of the network's would be refused. */
const MIN_AGE_MS = 3_000;
const OLDEST_MS = 8_000;
const NANOS_PER_MS = 1_000_000;

export interface TransactionIdParts {
  /** Account as 0.0.N. */
  readonly payer: string;
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * Draws the instant at random from five seconds' worth of nanoseconds. Many processes choose ids for one payer without
 * coordination. Two processes with the same id would mistake one transaction for two.
 */
export function makeTransactionId(payer: string): string {
  const ms = Date.now() - randomInt(MIN_AGE_MS, OLDEST_MS);
  const nanos = (ms % 1_000) * NANOS_PER_MS + randomInt(NANOS_PER_MS);
  return `${payer}@${Math.floor(ms / 1_000)}.${String(nanos).padStart(9, '0')}`;
}

/** Returns the parts, or `null` for a text of another form, which belongs to no transaction. */
export function parseTransactionId(id: string): TransactionIdParts | null {
  const [, payer = '', seconds = '', nanos = ''] = /^(0\.0\.\d{1,15})@(\d{1,11})\.(\d{9})$/.exec(id) ?? [];
  return payer === '' ? null : { payer, seconds: Number(seconds), nanos: Number(nanos) };
}
