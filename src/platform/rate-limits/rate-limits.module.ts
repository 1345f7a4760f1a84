import { Global, Module } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../../config/app-config.js';
import { SessionClient, type SessionPoolConfig } from '../database/session-client.js';
import { LIMITER_POOL, RateLimits } from './rate-limits.service.js';

/** The timeout for a connection, and again for its query. */
const QUERY_TIMEOUT_MS = 2_000;

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
    connectionTimeoutMillis: QUERY_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    // An abandoned count must not go on waiting for a lock.
    settings: { statement_timeout: String(QUERY_TIMEOUT_MS) },
  };
  const pool = new pg.Pool(config);
  // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
