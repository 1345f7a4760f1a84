/** Whose things a write changes, and under whose lock it does so. Pure. */
import type { Permission } from './permissions.js';

export type Owner =
  | { readonly kind: 'organization'; readonly organizationId: string }
  | { readonly kind: 'user'; readonly userId: string };

/** The permission that a write needs, over what this owner has. */
export interface OwnerNeed {
  readonly owner: Owner;
  readonly permission: Permission;
}
