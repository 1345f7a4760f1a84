/**
 * Opening an account outlives the caller's right to it, so it runs under the owner's lock, which the quota needs too, and
 * with the caller verified once more under it: an account that is opened while its opener is removed, or while the
 * organization is suspended, would be there after all.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { RefusalsService } from '../audit/refusals.service.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { AppError, invalidField } from '../errors/app-error.js';
import { lockOrganization } from '../organizations/lock-organization.js';
import { isRefusal, lacking } from '../policy/policy.guard.js';
import { Reverification } from '../verification/reverification.js';
import { permissionsAt, type AccountOwner, type Reader } from './account-owner.js';
import { canCreateOn } from './known-networks.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import type { NetworkName } from './networks/ledger-network.js';

const PERMISSION = 'ledger-accounts:manage';

@Injectable()
export class AccountAuthority {
  constructor(
    private readonly transactions: Transactions,
    private readonly reverification: Reverification,
    private readonly accounts: LedgerAccountsRepository,
    private readonly config: AppConfig,
    private readonly refusals: RefusalsService,
  ) {}

  /**
   * Runs the work, which opens one account. Throws `validation_failed` for a network that is not to be had here,
   * `not_found` when the organization is gone by now, `invalid_token` or the missing permission when the right is, and
   * `quota_reached`. A missing permission is recorded as refused.
   */
  async open<T>({ owner, caller }: Reader, network: NetworkName, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!canCreateOn(network, this.config.ledger)) throw invalidField('network', 'is not to be had here');
    try {
      return await this.transactions.run(async (tx) => {
        await this.hold(tx, { owner, caller });
        await this.ensureRoom(tx, owner);
        return work(tx);
      });
    } catch (error) {
      const organizationId = owner.kind === 'organization' ? owner.organizationId : null;
      if (isRefusal(error)) await this.refusals.record({ permission: PERMISSION, caller, organizationId });
      throw error;
    }
  }

  private async hold(tx: Tx, { owner, caller }: Pick<Reader, 'owner' | 'caller'>): Promise<void> {
    if (owner.kind === 'user') await this.accounts.lockUser(tx, owner.userId);
    else await lockOrganization(tx, owner.organizationId);
    const principal = await this.reverification.hold(tx, caller.principal);
    if (!permissionsAt(owner, principal).has(PERMISSION)) throw lacking(PERMISSION, principal);
  }

  private async ensureRoom(tx: Tx, owner: AccountOwner): Promise<void> {
    const { quota } = this.config.ledgerAccounts;
    if ((await this.accounts.countAccounts(tx, owner)) < quota) return;
    throw new AppError('quota_reached', { detail: `There are ${quota} ledger accounts already.` });
  }
}
