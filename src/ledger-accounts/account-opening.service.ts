/** Creates ledger accounts: the row with its key pair at once, the account on its network in the background. */
import { Injectable } from '@nestjs/common';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import { newListedId } from '../platform/database/database-ids.js';
import { AccountQuota } from './account-quota.service.js';
import type { AccountReader } from './account-reader.js';
import { AccountsAudit } from './accounts-audit.service.js';
import type { CreateLedgerAccountRequest } from './dto/ledger-accounts.requests.js';
import { KeyVault } from './keys/key-vault.service.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import { AccountJobs } from './provisioning/account-jobs.service.js';

@Injectable()
export class AccountOpeningService {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly quota: AccountQuota,
    private readonly accounts: LedgerAccountsRepository,
    private readonly vault: KeyVault,
    private readonly jobs: AccountJobs,
    private readonly audit: AccountsAudit,
  ) {}

  /**
   * Returns the new account's id. Throws `validation_failed` for a network that is not offered, `quota_reached`, and
   * the guards' errors when the caller has lost the right meanwhile. The right is checked under the lock, because the
   * account outlives it.
   */
  async open({ owner, caller }: AccountReader, { network, keyType }: CreateLedgerAccountRequest): Promise<string> {
    this.quota.ensureOffered(network);
    const need = { owner, permission: 'ledger-accounts:manage' } as const;
    return this.authorized.run(need, caller, async ({ tx }) => {
      await this.quota.ensureBelowQuota(tx, owner);
      const account = this.vault.newAccount(await newListedId(tx), network, keyType);
      await this.accounts.insertAccount(tx, owner, account);
      await this.jobs.add(tx, 'creation', { accountId: account.id, tries: 0 });
      const details = { network, keyType };
      await this.audit.record(tx, owner, caller, { action: 'ledger_account.created', account, details });
      return account.id;
    });
  }
}
