/** Names of networks, and the condition for creating accounts on one. Pure. */
import type { LedgerConfig } from '../../config/app-config.js';
import { NETWORK_NAMES, type NetworkName } from './networks/ledger-network.js';

export const ALL_NETWORKS = ['mainnet', ...NETWORK_NAMES] as const;
export type AnyNetwork = (typeof ALL_NETWORKS)[number];

/** False for mainnet, where an account costs real money, and for networks without a configured operator. */
export function canCreateOn(network: AnyNetwork, { driver, networks }: LedgerConfig): network is NetworkName {
  if (network === 'mainnet') return false;
  return driver === 'simulated' || networks[network] !== null;
}
