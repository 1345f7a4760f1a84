/** Reconciliation: stores the network's state of an account, and requests the jobs that follow from it. */
import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import type { LedgerAccountState } from '../networks/ledger-network.js';
import { AccountJobs } from '../provisioning/account-jobs.service.js';
import { AccountWorkRepository } from '../provisioning/account-work.repository.js';

export type KnownAccount = Pick<
  LedgerAccountRow,
  'id' | 'publicKey' | 'balance' | 'balanceLimit' | 'scheduledForDisbursement'
>;

@Injectable()
export class ReconciliationService {
  constructor(
    private readonly work: AccountWorkRepository,
    private readonly jobs: AccountJobs,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Stores the state that the network has under the number. Returns whether the row may have changed. An account that
   * the network does not know is created again, once for any number of readers. An account below its limit is refilled,
   * once a day.
   */
  async reconcile(account: KnownAccount, accountNumber: string, state: LedgerAccountState | null): Promise<boolean> {
    if (!isSameAccount(account, state)) {
      await this.requestRecreation(account.id, accountNumber);
      // The reader has read the row as active and must read it again, even when another process stored the loss.
      return true;
    }
    const { balance } = state;
    const mayBeDue = balance < account.balanceLimit && !account.scheduledForDisbursement;
    if (balance === account.balance && !mayBeDue) return false;
    return this.transactions.run(async (tx) => {
      if (balance !== account.balance) await this.work.updateBalance(tx, account.id, accountNumber, balance);
      const isDue = mayBeDue && (await this.work.markDisbursementRequested(tx, account.id, accountNumber));
      if (isDue) await this.jobs.add(tx, 'refill', { accountId: account.id, tries: 0 });
      return isDue || balance !== account.balance;
    });
  }

  private async requestRecreation(accountId: string, accountNumber: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const isFirst = await this.work.markGone(tx, accountId, accountNumber);
      if (isFirst) await this.jobs.add(tx, 'creation', { accountId, tries: 0 });
    });
  }
}

/**
 * Whether the state belongs to this account. A reset network assigns its numbers anew, so the number may belong to
 * another account.
 */
export function isSameAccount(
  account: Pick<LedgerAccountRow, 'publicKey'>,
  state: LedgerAccountState | null,
): state is LedgerAccountState {
  return state?.publicKey === account.publicKey;
}
