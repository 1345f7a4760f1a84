/**
 * The lock that serializes what must not overlap for one owner: issuing under a quota, rotating, revoking all. A
 * transaction takes it before any other lock.
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Caller } from '../auth/principal.js';
import type { Tx } from '../database/transactions.js';
import { lockOrganization } from '../organizations/lock-organization.js';
import { IssuingRepository } from './issuing.repository.js';
import type { TokenOwner } from './token-owner.js';

@Injectable()
export class OwnerLock {
  constructor(private readonly repository: IssuingRepository) {}

  /** Users before organizations, as everybody locks them. Throws `not_found` when the organization is gone by now. */
  async hold(tx: Tx, owner: TokenOwner, { principal }: Caller): Promise<void> {
    const user = userOf(principal);
    // The new row will refer to its creator, whose deletion must not come in between and deadlock.
    if (user) await this.repository.lockUser(tx, user.id, owner.kind === 'personal' ? 'NO KEY UPDATE' : 'KEY SHARE');
    if (owner.kind === 'organization') await lockOrganization(tx, owner.organizationId);
  }
}
