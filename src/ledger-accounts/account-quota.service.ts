/** Preconditions of a new ledger account: the network is offered here, and the owner is below the quota. */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { Owner } from '../access-control/owner.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError, invalidField } from '../platform/errors/app-error.js';
import { canCreateOn } from './known-networks.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import type { NetworkName } from './networks/ledger-network.js';

@Injectable()
export class AccountQuota {
  constructor(
    private readonly accounts: LedgerAccountsRepository,
    private readonly config: AppConfig,
  ) {}

  /** Throws `validation_failed`. */
  ensureOffered(network: NetworkName): void {
    if (!canCreateOn(network, this.config.ledger)) throw invalidField('network', 'is not to be had here');
  }

  /**
   * Throws `quota_reached`. The result stays true until the transaction ends, because the caller holds the owner's
   * lock.
   */
  async ensureBelowQuota(tx: Tx, owner: Owner): Promise<void> {
    const { quota } = this.config.ledgerAccounts;
    if ((await this.accounts.countAccounts(tx, owner)) < quota) return;
    throw new AppError('quota_reached', { detail: `There are ${quota} ledger accounts already.` });
  }
}
