/**
 * A transaction's name as the real network spells it: the account that pays, `@`, and the instant from which on it may
 * happen, to the nanosecond: `0.0.2@1732540000.000000123`. Both drivers use this form.
 */
import { randomInt } from 'node:crypto';

/** How long after its instant a transaction may still happen; the network's own default. */
export const VALID_SECONDS = 120;

/** Ids begin a little in the past: one from a clock that is ahead of the network's would be refused. */
const YOUNGEST_MS = 3_000;
const OLDEST_MS = 8_000;
const NANOS_PER_MS = 1_000_000;

export interface TransactionIdParts {
  /** As in 0.0.N. */
  readonly payer: string;
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * The instant is drawn at random from five seconds' worth of nanoseconds. Many processes choose ids for one payer and know
 * nothing of each other, and two that chose the same would take one transaction for both.
 */
export function makeTransactionId(payer: string): string {
  const ms = Date.now() - randomInt(YOUNGEST_MS, OLDEST_MS);
  const nanos = (ms % 1_000) * NANOS_PER_MS + randomInt(NANOS_PER_MS);
  return `${payer}@${Math.floor(ms / 1_000)}.${String(nanos).padStart(9, '0')}`;
}

/** The parts, or `null` for what is no id of this form and therefore of no transaction. */
export function parseTransactionId(id: string): TransactionIdParts | null {
  const [, payer = '', seconds = '', nanos = ''] = /^(0\.0\.\d{1,15})@(\d{1,11})\.(\d{9})$/.exec(id) ?? [];
  return payer === '' ? null : { payer, seconds: Number(seconds), nanos: Number(nanos) };
}
