/**
 * Contract of a ledger network: all that Latchkey needs. Two drivers implement it, and one test suite runs against
 * both: `simulated`, a ledger inside PostgreSQL, and `hedera`, the real network.
 *
 * Every spending call carries a transaction id, which the caller stores *before* the call. A repeated call with the
 * same id, after a crash or a lost response, returns the first call's outcome. It never spends twice.
 */

/** `mainnet` exists as a name, but no account is created there. */
export const NETWORK_NAMES = ['testnet', 'previewnet'] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

export type KeyType = 'ed25519' | 'ecdsa';

export interface AccountCreation {
  /** Id from `newTransactionId` of the same network. */
  readonly transactionId: string;
  readonly keyType: KeyType;
  /** DER, lower-case hex. */
  readonly publicKey: string;
  /** Tinybar: 1/100,000,000 HBAR. */
  readonly initialBalance: bigint;
}

export interface Refill {
  readonly transactionId: string;
  /** N of 0.0.N. */
  readonly accountNumber: string;
  /** Tinybar, above 0. */
  readonly amount: bigint;
}

export interface LedgerAccountState {
  /** Tinybar. */
  readonly balance: bigint;
  /**
   * The account's key: DER, lower-case hex; empty when it has no key or several. A network that was reset assigns its
   * numbers anew. A different key then shows that the number belongs to another account.
   */
  readonly publicKey: string;
}

/**
 * Injected by class; the configuration chooses the driver. Every method but `newTransactionId` may throw
 * `NetworkError`.
 */
export abstract class LedgerNetworks {
  /** Returns a new transaction id. Never repeats one; the id is valid for a few minutes only. */
  abstract newTransactionId(network: NetworkName): string;

  /** Looks up an account; `null` when the network has none of that number (any more, after a reset). */
  abstract findAccount(network: NetworkName, accountNumber: string): Promise<LedgerAccountState | null>;

  /** Creates an account and returns its number. An id that created one before returns that account's number. */
  abstract createAccount(network: NetworkName, creation: AccountCreation): Promise<string>;

  /** Adds to an account's balance, once for each transaction id. */
  abstract refill(network: NetworkName, refill: Refill): Promise<void>;
}

/**
 * - `busy`: rate limit of the network or of this service; the same transaction may be submitted again later.
 * - `unavailable`: no response; the transaction may or may not have happened, and the same id may be submitted again.
 * - `expired`: the transaction never happened and never will; choose another id.
 * - `rejected`: the network refuses it for good, such as a refill of an account that it does not know.
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
