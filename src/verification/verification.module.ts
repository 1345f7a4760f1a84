import { Global, Module } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../config/app-config.js';
import { UpkeepModule } from '../access-tokens/upkeep.module.js';
import { FactReader, VERIFICATION_POOL } from './fact-reader.js';
import { Reverification } from './reverification.js';
import { Verifier } from './verifier.js';

@Global()
@Module({
  imports: [UpkeepModule],
  providers: [
    {
      provide: VERIFICATION_POOL,
      inject: [AppConfig],
      useFactory: ({ database, verification }: AppConfig) => verificationPool(database.url, verification.timeoutMs),
    },
    FactReader,
    Reverification,
    Verifier,
  ],
  exports: [Reverification, Verifier],
})
export class VerificationModule {}

function verificationPool(url: string | null, timeoutMs: number): pg.Pool {
  if (url === null) throw new Error('the database is not started');
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    application_name: 'latchkey-verification',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
