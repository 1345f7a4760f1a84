import { Module } from '@nestjs/common';
import { LedgerAccountsModule } from '../../ledger-accounts/ledger-accounts.module.js';
import { HederaPortalController } from './hedera-portal.controller.js';

@Module({ imports: [LedgerAccountsModule], controllers: [HederaPortalController] })
export class HederaPortalModule {}
