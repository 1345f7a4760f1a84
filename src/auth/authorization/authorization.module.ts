import { Global, Module } from '@nestjs/common';
import { RefusalsModule } from '../../audit/refusals.module.js';
import { AuthorizedTransaction } from './authorized-transaction.service.js';
import { ReverificationService } from './reverification.service.js';

@Global()
@Module({
  imports: [RefusalsModule],
  providers: [AuthorizedTransaction, ReverificationService],
  exports: [AuthorizedTransaction, ReverificationService],
})
export class AuthorizationModule {}
