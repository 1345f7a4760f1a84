/** A ledger account as the statements of this room read it. The private key is in it only sealed. Pure. */
import type { Owner } from '../access-control/owner.js';
import type { SealedKey } from './keys/key-seal.js';
import type { KeyType, NetworkName } from './networks/ledger-network.js';

/** `creating`: not on its network yet. `recreating`: its network has lost it. `failed`: its network refused it. */
export const ACCOUNT_STATUSES = ['creating', 'active', 'recreating', 'failed'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

/** 1,000 HBAR in tinybar: what a new account holds, and what it is refilled to. */
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
  /** As in 0.0.N; `null` until the network has given one. */
  readonly accountNumber: string | null;
  readonly balance: bigint;
  readonly balanceLimit: bigint;
  readonly scheduledForDisbursement: boolean;
  readonly lastDisbursementAt: Date | null;
  /** `lastDisbursementAt` as PostgreSQL writes it in UTC, to the microsecond. */
  readonly lastDisbursementText: string | null;
  readonly createdAt: Date;
}

export interface FormerNumber {
  readonly accountNumber: string;
  readonly since: Date;
  /** When the network was found not to know it any more; `null` for the present one. */
  readonly until: Date | null;
}

export type NewAccount = Pick<LedgerAccountRow, 'id' | 'network' | 'keyType' | 'publicKey' | 'sealedKey'>;

export function ownerOfRow({ userId, organizationId }: LedgerAccountRow): Owner {
  if (organizationId !== null) return { kind: 'organization', organizationId };
  if (userId !== null) return { kind: 'user', userId };
  throw new Error('a ledger account without an owner');
}
