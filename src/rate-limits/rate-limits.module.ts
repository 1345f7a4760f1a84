import { Global, Module } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../config/app-config.js';
import { pinPooled } from '../database/schema.js';
import { LIMITER_POOL, RateLimits } from './rate-limits.js';

@Global()
@Module({
  providers: [
    { provide: LIMITER_POOL, inject: [AppConfig], useFactory: ({ database }: AppConfig) => limiterPool(database.url) },
    RateLimits,
  ],
  exports: [RateLimits],
})
export class RateLimitsModule {}

function limiterPool(url: string | null): pg.Pool {
  if (url === null) throw new Error('the database is not started');
  const pool = new pg.Pool({
    connectionString: url,
    max: 3,
    application_name: 'latchkey-rate-limits',
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
    onConnect: pinPooled,
  });
  // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
