/** The slice of the ledger networks. A network of the `hedera` driver is configured completely or not at all. */
import type { HederaNetworkConfig, LedgerConfig } from './app-config.js';
import { oneOf } from './parsers.js';
import type { Variables } from './variables.js';

/** The limit of the public test networks for one account. */
const HEDERA_CREATIONS_PER_SECOND = 2;

const NETWORKS = ['TESTNET', 'PREVIEWNET'] as const;
type Network = (typeof NETWORKS)[number];

export function ledgerSlice(values: Variables): LedgerConfig {
  const isHedera = values.LEDGER_NETWORK_DRIVER === 'hedera';
  return {
    driver: values.LEDGER_NETWORK_DRIVER,
    creationsPerSecond: values.LEDGER_CREATIONS_PER_SECOND ?? (isHedera ? HEDERA_CREATIONS_PER_SECOND : null),
    requestTimeoutMs: values.LEDGER_REQUEST_TIMEOUT_MS,
    networks: { testnet: networkOf(values, 'TESTNET'), previewnet: networkOf(values, 'PREVIEWNET') },
  };
}

/** Returns the driver that the environment selects, for commands that need no other variable. */
export function ledgerDriver(env: NodeJS.ProcessEnv): LedgerConfig['driver'] | null {
  return oneOf('simulated', 'hedera').safeParse(env.LEDGER_NETWORK_DRIVER ?? 'simulated').data ?? null;
}

/** Returns faults of the `hedera` driver's networks: one that is incomplete, or none at all. */
export function missingNetworks(env: NodeJS.ProcessEnv, { LEDGER_NETWORK_DRIVER }: Partial<Variables>): string[] {
  if (LEDGER_NETWORK_DRIVER !== 'hedera') return [];
  const chosen = NETWORKS.filter((network) => partsOf(network).some((name) => isSet(env, name)));
  if (chosen.length === 0)
    return ['LEDGER_NETWORK_DRIVER must not be hedera without HEDERA_TESTNET_* or HEDERA_PREVIEWNET_*'];
  return chosen
    .flatMap(partsOf)
    .filter((name) => !isSet(env, name) && !name.endsWith('_MIRROR_URL'))
    .map((name) => `${name} must be set, as other variables of its network are`);
}

function partsOf(network: Network): string[] {
  return ['OPERATOR_ID', 'OPERATOR_KEY', 'NODES', 'MIRROR_URL'].map((part) => `HEDERA_${network}_${part}`);
}

function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return env[name] !== undefined || env[`${name}_FILE`] !== undefined;
}

function networkOf(values: Variables, network: Network): HederaNetworkConfig | null {
  const operatorId = values[`HEDERA_${network}_OPERATOR_ID`];
  const operatorKey = values[`HEDERA_${network}_OPERATOR_KEY`];
  const nodes = values[`HEDERA_${network}_NODES`];
  if (operatorId === undefined || operatorKey === undefined || nodes === undefined) return null;
  return { operatorId, operatorKey, nodes, mirrorUrl: values[`HEDERA_${network}_MIRROR_URL`] ?? null };
}
