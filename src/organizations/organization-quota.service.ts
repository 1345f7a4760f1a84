/** Limit on the organizations that one user owns when founding another. */
import { Injectable } from '@nestjs/common';
import { MembershipsService } from '../memberships/memberships.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError } from '../platform/errors/app-error.js';

/** Slugs are never reused, so foundings must be bounded. Ownership given by other owners is not limited. */
const MAX_OWNED_ORGANIZATIONS = 100;

@Injectable()
export class OrganizationQuota {
  constructor(private readonly memberships: MembershipsService) {}

  /**
   * Throws `quota_reached`. The result stays true until the transaction ends, because the caller holds the lock of the
   * user's row.
   */
  async ensureBelowQuota(tx: Tx, userId: string): Promise<void> {
    if ((await this.memberships.countOwned(tx, userId)) < MAX_OWNED_ORGANIZATIONS) return;
    throw new AppError('quota_reached', {
      detail: `Nobody founds more while they own ${String(MAX_OWNED_ORGANIZATIONS)} organizations.`,
    });
  }
}
