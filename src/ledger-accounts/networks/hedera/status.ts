/** Translation of the network's response codes, and of the SDK's own errors, into `NetworkFault`. */
import { NetworkError, type NetworkFault } from '../ledger-network.js';
import type { StatusError } from './sdk.js';

/** Asked too often or too early. The transaction did not happen, and its id is still valid. */
const BUSY: ReadonlySet<string> = new Set([
  'BUSY',
  'PLATFORM_TRANSACTION_NOT_CREATED',
  'PLATFORM_NOT_ACTIVE',
  // The network's clock is behind the clock that chose the id.
  'INVALID_TRANSACTION_START',
]);

/** The network refuses the account or the key. */
const REJECTED: ReadonlySet<string> = new Set([
  'ACCOUNT_DELETED',
  'ACCOUNT_ID_DOES_NOT_EXIST',
  'BAD_ENCODING',
  'INVALID_ACCOUNT_ID',
  'KEY_NOT_PROVIDED',
  'KEY_REQUIRED',
]);

/** Message of the SDK after all of its attempts met temporary errors. */
const LAST_ERROR = /last error being: ([A-Z_]+)$/;

/** Response code of an SDK error, or `null` when no node returned one. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { status } = error as Partial<StatusError>;
  // The SDK also gives gRPC errors a `status`, which is not a response code.
  if (status !== undefined && error.name === 'StatusError') return status.toString();
  return LAST_ERROR.exec(error.message)?.[1] ?? null;
}

/**
 * Translates an error of submitting or querying. An unknown error becomes `unavailable`, because the transaction may
 * have happened.
 */
export function toNetworkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const code = codeOf(error);
  if (code !== null && BUSY.has(code))
    return new NetworkError('busy', `the network answered ${code}`, { cause: error });
  if (code !== null && REJECTED.has(code)) {
    return new NetworkError('rejected', `the network answered ${code}`, { cause: error });
  }
  const what = code === null ? 'the network did not answer' : `the network answered ${code}`;
  return new NetworkError('unavailable', what, { cause: error });
}

/** Fault of a transaction that failed at consensus. Its id is used up, whatever the reason. */
export function faultOfOutcome(code: string): NetworkFault {
  return REJECTED.has(code) ? 'rejected' : 'expired';
}
