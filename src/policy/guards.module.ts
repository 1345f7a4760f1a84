import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { AuthenticationGuard } from '../auth/authentication.guard.js';
import { PolicyGuard } from './policy.guard.js';
import { Readmission } from './readmission.js';

@Global()
@Module({
  imports: [AuthModule],
  providers: [AuthenticationGuard, PolicyGuard, Readmission],
  exports: [AuthenticationGuard, PolicyGuard, Readmission],
})
export class GuardsModule {}
