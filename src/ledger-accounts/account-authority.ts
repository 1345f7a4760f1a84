/**
 * Opening an account outlives the caller's right to it, so it runs as an authorized transaction, under the owner's lock, which
 * the quota needs too: an account that is opened while its opener is removed, or while the organization is suspended, would
 * be there after all.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { Tx } from '../database/transactions.js';
import { AppError, invalidField } from '../errors/app-error.js';
import { AuthorizedTransaction } from '../policy/authorized-transaction.js';
import type { AccountOwner, Reader } from './account-owner.js';
import { canCreateOn } from './known-networks.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import type { NetworkName } from './networks/ledger-network.js';

@Injectable()
export class AccountAuthority {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly accounts: LedgerAccountsRepository,
    private readonly config: AppConfig,
  ) {}

  /**
   * Runs the work, which opens one account. Throws `validation_failed` for a network that is not to be had here,
   * `invalid_token`, `not_found` or the missing permission when the right is gone by now, and `quota_reached`.
   */
  async open<T>({ owner, caller }: Reader, network: NetworkName, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!canCreateOn(network, this.config.ledger)) throw invalidField('network', 'is not to be had here');
    const need = { owner, permission: 'ledger-accounts:manage' } as const;
    return this.authorized.run(need, caller, async ({ tx }) => {
      await this.ensureRoom(tx, owner);
      return work(tx);
    });
  }

  private async ensureRoom(tx: Tx, owner: AccountOwner): Promise<void> {
    const { quota } = this.config.ledgerAccounts;
    if ((await this.accounts.countAccounts(tx, owner)) < quota) return;
    throw new AppError('quota_reached', { detail: `There are ${quota} ledger accounts already.` });
  }
}
