/** Task that creates an account on its network, or creates it again with the same keys after a reset. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactions.service.js';
import { QueueTasks } from '../../platform/queue/queue-tasks.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import { AccountsAudit } from '../accounts-audit.service.js';
import { LedgerNetworks } from '../networks/ledger-network.js';
import { ACCOUNT_TASKS } from './account-jobs.service.js';
import { AccountWorkRepository, type PendingTransaction } from './account-work.repository.js';
import { Submissions, type Settlement, type SpendingTask } from './submissions.service.js';

@Injectable()
export class AccountCreationTask implements SpendingTask, OnModuleInit {
  readonly kind = 'creation';

  constructor(
    private readonly networks: LedgerNetworks,
    private readonly submissions: Submissions,
    private readonly work: AccountWorkRepository,
    private readonly audit: AccountsAudit,
    private readonly tasks: QueueTasks,
  ) {}

  onModuleInit(): void {
    this.tasks.register(ACCOUNT_TASKS.creation, this.submissions.taskFor(this));
  }

  async prepare(_: Tx, { status, network }: LedgerAccountRow): Promise<PendingTransaction | null> {
    if (status !== 'creating' && status !== 'recreating') return null;
    return { transactionId: this.networks.newTransactionId(network), accountNumber: null, amount: null };
  }

  async submit(account: LedgerAccountRow, { transactionId }: PendingTransaction): Promise<Settlement> {
    const { network, keyType, publicKey, balanceLimit: initialBalance } = account;
    const number = await this.networks.createAccount(network, { transactionId, keyType, publicKey, initialBalance });
    return async (tx, { accountNumber: former }) => {
      await this.work.markCreated(tx, account.id, number);
      if (former === null) return;
      const details = { from: former, to: number };
      await this.audit.recordBySystem(tx, account, { action: 'ledger_account.recreated', details });
    };
  }

  refused(reason: string): Settlement {
    return async (tx, account) => {
      await this.work.markCreationFailed(tx, account.id, reason);
      await this.audit.recordBySystem(tx, account, { action: 'ledger_account.creation_failed' });
    };
  }
}
