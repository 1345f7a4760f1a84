/** What a network was seen to know of an account, and what follows from it. */
import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions.service.js';
import { AccountJobs } from '../provisioning/account-jobs.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import { AccountWorkRepository } from '../provisioning/account-work.repository.js';
import type { LedgerAccountState } from '../networks/ledger-network.js';

export type Seen = Pick<LedgerAccountRow, 'id' | 'publicKey' | 'balance' | 'balanceLimit' | 'scheduledForDisbursement'>;

@Injectable()
export class ReconciliationService {
  constructor(
    private readonly work: AccountWorkRepository,
    private readonly jobs: AccountJobs,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Notes what the network knows under the number; answers whether the row may be another one now. An account that it does
   * not know any more is asked for anew, once however many notice it; one below its limit is refilled, once a day.
   */
  async note(account: Seen, accountNumber: string, state: LedgerAccountState | null): Promise<boolean> {
    if (!isStillThere(account, state)) {
      await this.noteGone(account.id, accountNumber);
      // Whoever read it as active has to read it again, also when somebody else has just noted it.
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

  private async noteGone(accountId: string, accountNumber: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const isNews = await this.work.markGone(tx, accountId, accountNumber);
      if (isNews) await this.jobs.add(tx, 'creation', { accountId, tries: 0 });
    });
  }
}

/** A network that was reset counts from the beginning again: under our old number there may be somebody else's account. */
export function isStillThere(
  account: Pick<LedgerAccountRow, 'publicKey'>,
  state: LedgerAccountState | null,
): state is LedgerAccountState {
  return state?.publicKey === account.publicKey;
}
