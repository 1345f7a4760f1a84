import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../../../config/app-config.js';
import { AuthorityTriggersCheck } from './authority-triggers.check.js';
import { BoundedClient } from './bounded-client.js';
import { DatabaseClock } from './database-clock.service.js';
import { RFC3339_TYPES } from './instants.js';
import { requireFitServer } from './server-requirements.js';
import { Transactions } from './transactions.service.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: async ({ database, environment }: AppConfig) => {
        const url = database.url ?? '';
        // Before any module reads or writes the database.
        await requireFitServer(url, { isDurable: environment !== 'test' });
        return {
          type: 'postgres' as const,
          url,
          applicationName: 'latchkey',
          autoLoadEntities: true,
          poolSize: database.poolSize,
          connectTimeoutMS: 2_000,
          retryAttempts: 0,
          extra: { Client: BoundedClient, types: RFC3339_TYPES, keepAlive: true },
        };
      },
    }),
  ],
  providers: [DatabaseClock, AuthorityTriggersCheck, Transactions],
  exports: [DatabaseClock, AuthorityTriggersCheck, Transactions],
})
export class DatabaseModule {}
