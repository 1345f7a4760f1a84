import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { TokenUsageModule } from '../access-tokens/upkeep.module.js';
import { DatabaseClock } from '../database/database-clock.js';
import { ChangeLogPrunerTask } from './change-log-pruner.js';
import { FenceConnection } from './fence-connection.js';
import { Fence } from './fence.js';
import { ChangeLogOriginCheck } from '../database/log-origin.js';
import { FactCache } from './memory.js';
import { ReverificationService } from './reverification.js';
import { CredentialVerifier } from './verifier.js';
import { WaitingRoom } from './waiting.js';

/** Requests that may wait at once: when more do, the database has been gone for a while. */
const WAITING_CAPACITY = 10_000;

@Global()
@Module({
  imports: [TokenUsageModule],
  providers: [
    { provide: Fence, inject: [AppConfig, DatabaseClock], useFactory: makeFence },
    ChangeLogPrunerTask,
    ChangeLogOriginCheck,
    ReverificationService,
    CredentialVerifier,
  ],
  exports: [ReverificationService, CredentialVerifier],
})
export class VerificationModule {}

function makeFence({ database, verification: { timeoutMs, memoryCapacity } }: AppConfig, clock: DatabaseClock): Fence {
  if (database.url === null) throw new Error('the database is not started');
  // Half the time: whoever waited for a fence that hangs still gets a second one.
  const connection = new FenceConnection(database.url, timeoutMs / 2);
  return new Fence(connection, new FactCache(memoryCapacity), new WaitingRoom(timeoutMs, WAITING_CAPACITY), clock);
}
