import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { UpkeepModule } from '../access-tokens/upkeep.module.js';
import { DatabaseClock } from '../database/database-clock.js';
import { ChangeLogPruner } from './change-log-pruner.js';
import { FenceConnection } from './fence-connection.js';
import { Fence } from './fence.js';
import { LogOrigin } from '../database/log-origin.js';
import { Memory } from './memory.js';
import { Reverification } from './reverification.js';
import { Verifier } from './verifier.js';
import { WaitingRoom } from './waiting.js';

/** Requests that may wait at once: when more do, the database has been gone for a while. */
const WAITING_CAPACITY = 10_000;

@Global()
@Module({
  imports: [UpkeepModule],
  providers: [
    { provide: Fence, inject: [AppConfig, DatabaseClock], useFactory: makeFence },
    ChangeLogPruner,
    LogOrigin,
    Reverification,
    Verifier,
  ],
  exports: [Reverification, Verifier],
})
export class VerificationModule {}

function makeFence({ database, verification: { timeoutMs, memoryCapacity } }: AppConfig, clock: DatabaseClock): Fence {
  if (database.url === null) throw new Error('the database is not started');
  // Half the time: whoever waited for a fence that hangs still gets a second one.
  const connection = new FenceConnection(database.url, timeoutMs / 2);
  return new Fence(connection, new Memory(memoryCapacity), new WaitingRoom(timeoutMs, WAITING_CAPACITY), clock);
}
