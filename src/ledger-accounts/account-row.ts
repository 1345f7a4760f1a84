/** Ledger account as the statements read it. It contains the private key in sealed form only. Pure. */
import type { Owner } from '../access-control/owner.js';
import type { SealedKey } from './keys/key-seal.js';
import type { KeyType, NetworkName } from './networks/ledger-network.js';

/**
 * `creating`: not on its network yet. `recreating`: no longer on its network, which was reset. `failed`: refused by its
 * network.
 */
export const ACCOUNT_STATUSES = ['creating', 'active', 'recreating', 'failed'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

/** 1,000 HBAR in tinybar: balance of a new account, and target of a refill. */
export const BALANCE_LIMIT = 100_000_000_000n;

export interface LedgerAccountRow {
  readonly id: string;
  readonly userId: string | null;
  readonly organizationId: string | null;
  readonly network: NetworkName;
  readonly keyType: KeyType;
  readonly publicKey: string;
  readonly sealedKey: SealedKey;
  readonly status: AccountStatus;
  /** N of 0.0.N; `null` until the network has assigned one. */
  readonly accountNumber: string | null;
  readonly balance: bigint;
  readonly balanceLimit: bigint;
  readonly scheduledForDisbursement: boolean;
  readonly lastDisbursementAt: Date | null;
  /** `lastDisbursementAt` as PostgreSQL prints it in UTC, with microseconds. */
  readonly lastDisbursementText: string | null;
  readonly createdAt: Date;
}

export interface FormerNumber {
  readonly accountNumber: string;
  readonly since: Date;
  /** Instant at which the network was found not to know the number any more; `null` for the present number. */
  readonly until: Date | null;
}

export type NewAccount = Pick<LedgerAccountRow, 'id' | 'network' | 'keyType' | 'publicKey' | 'sealedKey'>;

export function ownerOfRow({ userId, organizationId }: LedgerAccountRow): Owner {
  if (organizationId !== null) return { kind: 'organization', organizationId };
  if (userId !== null) return { kind: 'user', userId };
  throw new Error('a ledger account without an owner');
}
