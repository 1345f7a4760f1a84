/** Composition root: the modules, and the three guards that every request passes, in this order. */
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { AppConfig } from '../config/app-config.js';
import { AccessTokensModule } from './access-tokens/access-tokens.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AuthorizationModule } from './auth/authorization/authorization.module.js';
import { AuthenticationGuard } from './auth/guards/authentication.guard.js';
import { ChangeLimitGuard } from './auth/guards/change-limit.guard.js';
import { GuardsModule } from './auth/guards/guards.module.js';
import { PolicyGuard } from './auth/guards/policy.guard.js';
import { HederaPortalModule } from './compat/hedera-portal/hedera-portal.module.js';
import { TenderlyModule } from './compat/tenderly/tenderly.module.js';
import { LedgerAccountsModule } from './ledger-accounts/ledger-accounts.module.js';
import { MembershipsModule } from './memberships/memberships.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { MailModule } from './platform/mail/mail.module.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { RateLimitsModule } from './platform/rate-limits/rate-limits.module.js';
import { UserAccountModule } from './user-account/user-account.module.js';
import { VerificationModule } from './verification/verification.module.js';

@Module({})
export class AppModule {
  static forConfig(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        DatabaseModule,
        AuditModule,
        QueueModule,
        MailModule,
        RateLimitsModule,
        VerificationModule,
        AuthorizationModule,
        AuthModule,
        GuardsModule,
        UserAccountModule,
        MembershipsModule,
        OrganizationsModule,
        AccessTokensModule,
        LedgerAccountsModule,
        HederaPortalModule,
        MonitoringModule,
        TenderlyModule,
      ],
      providers: [
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
        { provide: APP_GUARD, useExisting: PolicyGuard },
        { provide: APP_GUARD, useExisting: ChangeLimitGuard },
      ],
    };
  }
}
