/** What the network's response codes, and the SDK's own errors, mean to the caller. */
import { NetworkError, type NetworkFault } from '../ledger-network.js';
import type { StatusError } from './sdk.js';

/** Asked too often or too early. The transaction did not happen and its id is still good. */
const BUSY: ReadonlySet<string> = new Set([
  'BUSY',
  'PLATFORM_TRANSACTION_NOT_CREATED',
  'PLATFORM_NOT_ACTIVE',
  // The network's clock is behind the one that chose the id.
  'INVALID_TRANSACTION_START',
]);

/** It is the account or the key that the network will not have. */
const REJECTED: ReadonlySet<string> = new Set([
  'ACCOUNT_DELETED',
  'ACCOUNT_ID_DOES_NOT_EXIST',
  'BAD_ENCODING',
  'INVALID_ACCOUNT_ID',
  'KEY_NOT_PROVIDED',
  'KEY_REQUIRED',
]);

/** How the SDK ends when all its attempts met with something temporary. */
const LAST_ERROR = /last error being: ([A-Z_]+)$/;

/** The response code of an error of the SDK, or `null` when no node gave one. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { status } = error as Partial<StatusError>;
  // A gRPC status is no response code, although the SDK calls it status as well.
  if (status !== undefined && error.name === 'StatusError') return status.toString();
  return LAST_ERROR.exec(error.message)?.[1] ?? null;
}

/** For an error of sending or asking. What is not known to be anything else leaves open whether it happened. */
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

/** A transaction that reached consensus and failed there: its id is used up, whatever the reason. */
export function faultOfOutcome(code: string): NetworkFault {
  return REJECTED.has(code) ? 'rejected' : 'expired';
}
