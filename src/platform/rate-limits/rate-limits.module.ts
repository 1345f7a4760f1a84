import { Global, Module } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../../config/app-config.js';
import { SessionClient, type SessionPoolConfig } from '../database/session-client.js';
import { LIMITER_POOL, RateLimits } from './rate-limits.service.js';

/** For a connection, and then for its answer. */
const PATIENCE_MS = 2_000;

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
  const config: SessionPoolConfig = {
    Client: SessionClient,
    connectionString: url,
    max: 3,
    application_name: 'latchkey-rate-limits',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    // A count that nobody waits for any more does not go on to wait for a lock.
    settings: { statement_timeout: String(PATIENCE_MS) },
  };
  const pool = new pg.Pool(config);
  // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
