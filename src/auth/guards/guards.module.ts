import { Global, Module } from '@nestjs/common';
import { RefusalsModule } from '../../audit/refusals.module.js';
import { AuthModule } from '../auth.module.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { ChangeLimitGuard } from './change-limit.guard.js';
import { GuardRecheckService } from './guard-recheck.service.js';
import { PolicyGuard } from './policy.guard.js';

@Global()
@Module({
  imports: [AuthModule, RefusalsModule],
  providers: [AuthenticationGuard, PolicyGuard, ChangeLimitGuard, GuardRecheckService],
  exports: [AuthenticationGuard, PolicyGuard, ChangeLimitGuard, GuardRecheckService],
})
export class GuardsModule {}
