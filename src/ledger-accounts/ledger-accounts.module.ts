import { Module } from '@nestjs/common';
import { RefusalsModule } from '../audit/refusals.module.js';
import { HeldRequests } from '../http/held-requests.js';
import { AccountQuota } from './account-quota.service.js';
import { AccountJobs } from './account-jobs.js';
import { AccountWorkRepository } from './account-work.repository.js';
import { AccountsAudit } from './accounts-audit.js';
import { Creation } from './creation.js';
import { EncryptionKeyCheck } from './encryption-key-check.js';
import { HeldUntilReady } from './held-until-ready.js';
import { KeyVault } from './key-vault.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';
import { LookUps } from './look-ups.js';
import { NetworksController } from './networks.controller.js';
import { LedgerNetworksModule } from './networks/ledger-networks.module.js';
import { Opening } from './account-opening.service.js';
import { OrganizationLedgerAccountsController } from './organization-ledger-accounts.controller.js';
import { PendingWatch } from './pending-watch.js';
import { Refills } from './refills.js';
import { Reveals } from './reveals.js';
import { SealedKeysRepository } from './sealed-keys.repository.js';
import { Sightings } from './sightings.js';
import { Submissions } from './submissions.js';
import { UserLedgerAccountsController } from './user-ledger-accounts.controller.js';

const READING = [LedgerAccountsRepository, LedgerAccountsService, LookUps, PendingWatch, Reveals, Sightings];
const KEYS = [EncryptionKeyCheck, KeyVault, SealedKeysRepository];
const WORK = [AccountJobs, AccountWorkRepository, Creation, Refills, Submissions];

@Module({
  imports: [LedgerNetworksModule, RefusalsModule],
  controllers: [NetworksController, OrganizationLedgerAccountsController, UserLedgerAccountsController],
  providers: [AccountQuota, AccountsAudit, HeldRequests, HeldUntilReady, Opening, ...READING, ...KEYS, ...WORK],
  exports: [LedgerAccountsService],
})
export class LedgerAccountsModule {}
