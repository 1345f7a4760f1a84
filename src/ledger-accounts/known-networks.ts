/** The networks that clients may meet in names, and where accounts can be created here. Pure. */
import type { LedgerConfig } from '../../config/app-config.js';
import { NETWORK_NAMES, type NetworkName } from './networks/ledger-network.js';

export const ALL_NETWORKS = ['mainnet', ...NETWORK_NAMES] as const;
export type AnyNetwork = (typeof ALL_NETWORKS)[number];

/** Not on mainnet, where an account costs real money, and not on a network that this service has no operator for. */
export function canCreateOn(network: AnyNetwork, { driver, networks }: LedgerConfig): network is NetworkName {
  if (network === 'mainnet') return false;
  return driver === 'simulated' || networks[network] !== null;
}
