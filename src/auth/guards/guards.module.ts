import { Global, Module } from '@nestjs/common';
import { RefusalsModule } from '../../audit/refusals.module.js';
import { AuthModule } from '../auth.module.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { ChangesGuard } from './changes.guard.js';
import { PolicyGuard } from './policy.guard.js';
import { RecheckService } from './recheck.service.js';

@Global()
@Module({
  imports: [AuthModule, RefusalsModule],
  providers: [AuthenticationGuard, PolicyGuard, ChangesGuard, RecheckService],
  exports: [AuthenticationGuard, PolicyGuard, ChangesGuard, RecheckService],
})
export class GuardsModule {}
