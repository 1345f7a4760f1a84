import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../../config/app-config.js';
import { BoundedClient } from './bounded-client.js';
import { DurabilityCheck } from './durability-check.js';
import { Transactions } from './transactions.js';

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
          keepAlive: true,
        },
      }),
    }),
  ],
  providers: [DurabilityCheck, Transactions],
  exports: [Transactions],
})
export class DatabaseModule {}
