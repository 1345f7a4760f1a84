/** Opens accounts: the row with its keys now, the account on its network in the background. */
import { Injectable } from '@nestjs/common';
import { newListedId } from '../database/ids.js';
import { AccountAuthority } from './account-authority.js';
import { AccountJobs } from './account-jobs.js';
import type { Reader } from './account-owner.js';
import { AccountsAudit } from './accounts-audit.js';
import type { CreateLedgerAccountRequest } from './dto/create-ledger-account.request.js';
import { KeyVault } from './key-vault.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';

@Injectable()
export class Opening {
  constructor(
    private readonly authority: AccountAuthority,
    private readonly accounts: LedgerAccountsRepository,
    private readonly vault: KeyVault,
    private readonly jobs: AccountJobs,
    private readonly audit: AccountsAudit,
  ) {}

  /** Answers the new account's id. Throws `quota_reached`. */
  async open(reader: Reader, { network, keyType }: CreateLedgerAccountRequest): Promise<string> {
    const { owner, caller } = reader;
    return this.authority.open(reader, network, async (tx) => {
      const account = this.vault.newAccount(await newListedId(tx), network, keyType);
      await this.accounts.insertAccount(tx, owner, account);
      await this.jobs.add(tx, 'creation', { accountId: account.id, tries: 0 });
      const details = { network, keyType };
      await this.audit.record(tx, owner, caller, { action: 'ledger_account.created', account, details });
      return account.id;
    });
  }
}
