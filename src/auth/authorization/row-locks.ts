/**
 * The lock of an organization's invariants: at least one owner, quotas, one use of an invitation. At READ COMMITTED a
 * check without it is worthless: two owners who demote each other both see another owner.
 */
import type { Tx } from '../../platform/database/transactions.service.js';

export interface LockedOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/**
 * Locks the organization's row until the transaction ends; returns `null` when it is deleted or suspended. Facts for a
 * decision must be read after this call. A transaction that also locks a user's row locks that row first. A transaction
 * that locks several organizations locks them in the order of their ids.
 */
export async function lockOrganization(tx: Tx, organizationId: string): Promise<LockedOrganization | null> {
  const [organization] = await tx.query<LockedOrganization[]>(
    'SELECT id, slug, name FROM organizations WHERE id = $1 AND suspended_at IS NULL FOR UPDATE',
    [organizationId],
  );
  return organization ?? null;
}
