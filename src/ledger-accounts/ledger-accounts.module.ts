import { Module } from '@nestjs/common';
import { RefusalsModule } from '../audit/refusals.module.js';
import { LongPolls } from '../http/held-requests.js';
import { AccountQuota } from './account-quota.service.js';
import { AccountJobs } from './account-jobs.js';
import { AccountWorkRepository } from './account-work.repository.js';
import { AccountsAudit } from './accounts-audit.js';
import { AccountCreationTask } from './creation.js';
import { EncryptionKeysCheck } from './encryption-key-check.js';
import { AccountLongPoll } from './held-until-ready.js';
import { KeyVault } from './key-vault.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';
import { NetworkLookups } from './look-ups.js';
import { NetworksController } from './networks.controller.js';
import { LedgerNetworksModule } from './networks/ledger-networks.module.js';
import { AccountOpeningService } from './account-opening.service.js';
import { OrganizationLedgerAccountsController } from './organization-ledger-accounts.controller.js';
import { PendingAccounts } from './pending-watch.js';
import { AccountRefillTask } from './refills.js';
import { PrivateKeyAccess } from './reveals.js';
import { SealedKeysRepository } from './sealed-keys.repository.js';
import { ReconciliationService } from './sightings.js';
import { Submissions } from './submissions.js';
import { UserLedgerAccountsController } from './user-ledger-accounts.controller.js';

const READING = [LedgerAccountsRepository, LedgerAccountsService, NetworkLookups, PendingAccounts, PrivateKeyAccess, ReconciliationService];
const KEYS = [EncryptionKeysCheck, KeyVault, SealedKeysRepository];
const WORK = [AccountJobs, AccountWorkRepository, AccountCreationTask, AccountRefillTask, Submissions];

@Module({
  imports: [LedgerNetworksModule, RefusalsModule],
  controllers: [NetworksController, OrganizationLedgerAccountsController, UserLedgerAccountsController],
  providers: [AccountQuota, AccountsAudit, LongPolls, AccountLongPoll, AccountOpeningService, ...READING, ...KEYS, ...WORK],
  exports: [LedgerAccountsService],
})
export class LedgerAccountsModule {}
