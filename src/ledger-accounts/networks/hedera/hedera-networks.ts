/** Driver `hedera`: real or private networks, through the official SDK. */
import type { OnApplicationShutdown } from '@nestjs/common';
import type { LedgerConfig } from '../../../../config/app-config.js';
import type { CreationPace } from '../creation-pace.js';
import {
  LedgerNetworks,
  NETWORK_NAMES,
  NetworkError,
  type AccountCreation,
  type LedgerAccountState,
  type NetworkName,
  type Refill,
} from '../ledger-network.js';
import { withinLimit } from '../time-limit.js';
import { makeTransactionId } from '../transaction-id.js';
import { HederaNetwork } from './hedera-network.js';
import type { HederaSdk } from './sdk.js';

/** Payer of ids on a network that is not configured; such transactions are never sent. */
const UNCONFIGURED_PAYER = '0.0.0';

export class HederaNetworks extends LedgerNetworks implements OnApplicationShutdown {
  private readonly networks = new Map<NetworkName, HederaNetwork>();
  private readonly timeoutMs: number;

  /** Connects on first use. Throws when an operator's key is invalid. */
  constructor(
    sdk: HederaSdk,
    { networks, requestTimeoutMs }: LedgerConfig,
    private readonly pace: CreationPace,
  ) {
    super();
    this.timeoutMs = requestTimeoutMs;
    for (const name of NETWORK_NAMES) {
      const config = networks[name];
      if (config !== null) this.networks.set(name, new HederaNetwork(sdk, config, requestTimeoutMs));
    }
  }

  onApplicationShutdown(): void {
    for (const network of this.networks.values()) network.close();
  }

  override newTransactionId(network: NetworkName): string {
    return this.networks.get(network)?.newTransactionId() ?? makeTransactionId(UNCONFIGURED_PAYER);
  }

  override async findAccount(network: NetworkName, accountNumber: string): Promise<LedgerAccountState | null> {
    return withinLimit(this.timeoutMs, this.configured(network, 'unavailable').findAccount(accountNumber));
  }

  override async createAccount(network: NetworkName, creation: AccountCreation): Promise<string> {
    const ledger = this.configured(network, 'rejected');
    await this.pace.turn(network);
    return withinLimit(this.timeoutMs, ledger.createAccount(creation));
  }

  override async refill(network: NetworkName, refill: Refill): Promise<void> {
    await withinLimit(this.timeoutMs, this.configured(network, 'rejected').refill(refill));
  }

  private configured(name: NetworkName, fault: 'rejected' | 'unavailable'): HederaNetwork {
    const network = this.networks.get(name);
    if (network === undefined) throw new NetworkError(fault, `this service is not configured for ${name}`);
    return network;
  }
}
