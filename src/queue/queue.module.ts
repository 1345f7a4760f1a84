import { Global, Module } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../config/app-config.js';
import { JobQueue } from './job-queue.js';
import { QueueTasks } from './queue-tasks.js';
import { QUEUE_POOL, QueueWorker } from './queue-worker.js';

@Global()
@Module({
  providers: [
    { provide: QUEUE_POOL, inject: [AppConfig], useFactory: ({ database }: AppConfig) => queuePool(database.url) },
    JobQueue,
    QueueTasks,
    QueueWorker,
  ],
  exports: [JobQueue, QueueTasks],
})
export class QueueModule {}

/** Two connections listen; the others fetch and settle jobs, and are not held while a job is done. */
const CONNECTIONS = 7;

function queuePool(url: string | null): pg.Pool {
  if (url === null) throw new Error('the database is not started');
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    application_name: 'latchkey-queue',
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks is replaced on the next use; without listeners it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
