import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type pg from 'pg';
import { AppConfig } from '../../config/app-config.js';
import { BoundedClient, STATEMENT_TIMEOUT_MS } from './bounded-client.js';
import { DatabaseClock } from './database-clock.js';
import { DurabilityCheck } from './durability-check.js';
import { GuardCheck } from './guard-check.js';
import { SAYABLE_TYPES } from './instants.js';
import { pinSchema } from './schema.js';
import { READ_COMMITTED, Transactions } from './transactions.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: ({ database }: AppConfig) => ({
        type: 'postgres' as const,
        url: database.url ?? '',
        applicationName: 'latchkey',
        autoLoadEntities: true,
        poolSize: database.poolSize,
        connectTimeoutMS: 2_000,
        retryAttempts: 0,
        extra: {
          Client: BoundedClient,
          types: SAYABLE_TYPES,
          onConnect: async (client: pg.ClientBase) => {
            await pinSchema(client);
            await client.query(READ_COMMITTED);
          },
          keepAlive: true,
          statement_timeout: STATEMENT_TIMEOUT_MS,
          lock_timeout: 10_000,
          idle_in_transaction_session_timeout: 20_000,
        },
      }),
    }),
  ],
  providers: [DatabaseClock, DurabilityCheck, GuardCheck, Transactions],
  exports: [DatabaseClock, GuardCheck, Transactions],
})
export class DatabaseModule {}
