/** The SDK's client of one network, set up so that every call ends in time and nothing happens behind our back. */
import type { HederaNetworkConfig } from '../../../../config/app-config.js';
import type { Client, HederaSdk } from './sdk.js';

/** The caller has a queue and tries again; within one call a few attempts bridge a busy moment or a lost node. */
const MAX_ATTEMPTS = 3;
const MAX_BACKOFF_MS = 1_000;

/** By default the SDK shuns a node for 16 seconds after one failure, and then longer and longer. */
const NODE_MIN_BACKOFF_MS = 250;
const NODE_MAX_BACKOFF_MS = 1_000;

/** Throws when the operator's key is no key; the message does not repeat it. */
export function openClient(sdk: HederaSdk, config: HederaNetworkConfig, timeoutMs: number): Client {
  const client = sdk.Client.forNetwork(
    { ...config.nodes },
    {
      // Nodes are those that were configured, and never an address book from the internet.
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
