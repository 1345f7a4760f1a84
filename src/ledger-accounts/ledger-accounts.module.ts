import { Module } from '@nestjs/common';
import { RefusalsModule } from '../audit/refusals.module.js';
import { LongPolls } from '../platform/http/long-polls.service.js';
import { AccountOpeningService } from './account-opening.service.js';
import { AccountQuota } from './account-quota.service.js';
import { AccountsAudit } from './accounts-audit.service.js';
import { EncryptionKeysCheck } from './keys/encryption-keys.check.js';
import { KeyVault } from './keys/key-vault.service.js';
import { PrivateKeyAccess } from './keys/private-key-access.service.js';
import { SealedKeysRepository } from './keys/sealed-keys.repository.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';
import { NetworksController } from './networks.controller.js';
import { LedgerNetworksModule } from './networks/ledger-networks.module.js';
import { OrganizationLedgerAccountsController } from './organization-ledger-accounts.controller.js';
import { AccountCreationTask } from './provisioning/account-creation.task.js';
import { AccountJobs } from './provisioning/account-jobs.service.js';
import { AccountRefillTask } from './provisioning/account-refill.task.js';
import { AccountWorkRepository } from './provisioning/account-work.repository.js';
import { Submissions } from './provisioning/submissions.service.js';
import { NetworkLookups } from './reconciliation/network-lookups.service.js';
import { ReconciliationService } from './reconciliation/reconciliation.service.js';
import { UserLedgerAccountsController } from './user-ledger-accounts.controller.js';
import { AccountLongPoll } from './waiting/long-poll.service.js';
import { PendingAccounts } from './waiting/pending-accounts.service.js';

const READING = [
  LedgerAccountsRepository,
  LedgerAccountsService,
  NetworkLookups,
  PendingAccounts,
  PrivateKeyAccess,
  ReconciliationService,
];
const KEYS = [EncryptionKeysCheck, KeyVault, SealedKeysRepository];
const WORK = [AccountJobs, AccountWorkRepository, AccountCreationTask, AccountRefillTask, Submissions];

@Module({
  imports: [LedgerNetworksModule, RefusalsModule],
  controllers: [NetworksController, OrganizationLedgerAccountsController, UserLedgerAccountsController],
  providers: [
    AccountQuota,
    AccountsAudit,
    LongPolls,
    AccountLongPoll,
    AccountOpeningService,
    ...READING,
    ...KEYS,
    ...WORK,
  ],
  exports: [LedgerAccountsService],
})
export class LedgerAccountsModule {}
