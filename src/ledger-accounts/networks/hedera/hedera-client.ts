/** SDK client of one network, configured so that every call ends in time and no background traffic occurs. */
import type { HederaNetworkConfig } from '../../../../config/app-config.js';
import type { Client, HederaSdk } from './sdk.js';

/** Attempts within one call, to bridge a busy moment or a lost node. The caller's queue retries beyond that. */
const MAX_ATTEMPTS = 3;
const MAX_BACKOFF_MS = 1_000;

/** By default the SDK avoids a node for 16 seconds after one failure, and longer after each further one. */
const NODE_MIN_BACKOFF_MS = 250;
const NODE_MAX_BACKOFF_MS = 1_000;

/** Throws when the operator's key is invalid; the message does not contain it. */
export function openClient(sdk: HederaSdk, config: HederaNetworkConfig, timeoutMs: number): Client {
  const client = sdk.Client.forNetwork(
    { ...config.nodes },
    {
      // Only the configured nodes are used, never an address book from the internet.
      scheduleNetworkUpdate: false,
      requestTimeout: timeoutMs,
      grpcDeadline: Math.ceil(timeoutMs / MAX_ATTEMPTS),
    },
  );
  return client
    .setOperator(config.operatorId, config.operatorKey)
    .setMaxAttempts(MAX_ATTEMPTS)
    .setMaxBackoff(MAX_BACKOFF_MS)
    .setNodeMinBackoff(NODE_MIN_BACKOFF_MS)
    .setNodeMaxBackoff(NODE_MAX_BACKOFF_MS);
}
