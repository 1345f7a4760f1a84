/**
 * What Latchkey needs of a ledger network, and all that it knows of one. Two drivers keep this contract, and one suite holds
 * both to it: `simulated`, a ledger inside PostgreSQL, and `hedera`, the real one.
 *
 * Anything that spends is named by a transaction id, which the caller stores *before* it calls: called again with the same
 * id, after a crash or a lost answer, a driver finds what the first call did and never does it twice.
 */

/** `mainnet` exists as a name, and nothing is created there. */
export const NETWORK_NAMES = ['testnet', 'previewnet'] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

export type KeyType = 'ed25519' | 'ecdsa';

export interface AccountCreation {
  /** From `newTransactionId` of the same network. */
  readonly transactionId: string;
  readonly keyType: KeyType;
  /** DER, lower-case hex. */
  readonly publicKey: string;
  /** Tinybar: 1/100,000,000 HBAR. */
  readonly initialBalance: bigint;
}

export interface Refill {
  readonly transactionId: string;
  /** The number alone, as in 0.0.N. */
  readonly accountNumber: string;
  /** Tinybar, above 0. */
  readonly amount: bigint;
}

export interface LedgerAccountState {
  /** Tinybar. */
  readonly balance: bigint;
  /**
   * The account's key: DER, lower-case hex; empty when it has none or more than one. A network that was reset counts from
   * the beginning again, and this tells its caller that a number is somebody else's now.
   */
  readonly publicKey: string;
}

/** Injected by class; which driver answers is configuration. Every method but `newTransactionId` may throw `NetworkError`. */
export abstract class LedgerNetworks {
  /** The name of a transaction that has not happened. Never the same twice, and good for a few minutes only. */
  abstract newTransactionId(network: NetworkName): string;

  /** What the network knows of an account, or `null` when it knows none of that number (any more, after a reset). */
  abstract findAccount(network: NetworkName, accountNumber: string): Promise<LedgerAccountState | null>;

  /** Creates an account and answers its number; with an id that already created one, answers that one's number. */
  abstract createAccount(network: NetworkName, creation: AccountCreation): Promise<string>;

  /** Adds to an account's balance, once for each transaction id. */
  abstract refill(network: NetworkName, refill: Refill): Promise<void>;
}

/**
 * - `busy`: asked too often (the network's or our own rate limit); the same transaction may be sent again later.
 * - `unavailable`: no answer; whether the transaction happened is unknown, and the same id may be sent again.
 * - `expired`: the transaction certainly never happened and never will; choose another id.
 * - `rejected`: the network will never do it, such as a refill of an account that it does not know.
 */
export type NetworkFault = 'busy' | 'unavailable' | 'expired' | 'rejected';

export class NetworkError extends Error {
  constructor(
    readonly fault: NetworkFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'NetworkError';
  }
}
