import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { ChangeLogOriginCheck } from '../platform/database/change-log-origin.check.js';
import { DatabaseClock } from '../platform/database/database-clock.service.js';
import { ChangeLogPrunerTask } from './change-log-pruner.task.js';
import { CredentialVerifier } from './credential-verifier.service.js';
import { FactCache } from './fact-cache.js';
import { FenceConnection } from './fence-connection.js';
import { Fence } from './fence.js';
import { PendingVerifications } from './pending-verifications.js';
import { TokenUsageModule } from './usage/token-usage.module.js';

/** The limit of waiting requests: when it is reached, the database has been down for a while. */
const WAITING_CAPACITY = 10_000;

@Global()
@Module({
  imports: [TokenUsageModule],
  providers: [
    { provide: Fence, inject: [AppConfig, DatabaseClock], useFactory: makeFence },
    ChangeLogPrunerTask,
    ChangeLogOriginCheck,
    CredentialVerifier,
  ],
  exports: [CredentialVerifier],
})
export class VerificationModule {}

function makeFence({ database, verification: { timeoutMs, memoryCapacity } }: AppConfig, clock: DatabaseClock): Fence {
  if (database.url === null) throw new Error('the database is not started');
  // Half the time: a request that waited for a hanging fence still gets a second one.
  const connection = new FenceConnection(database.url, timeoutMs / 2);
  return new Fence(
    connection,
    new FactCache(memoryCapacity),
    new PendingVerifications(timeoutMs, WAITING_CAPACITY),
    clock,
  );
}
