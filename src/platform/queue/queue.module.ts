import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { JobQueue } from './job-queue.service.js';
import { QueuePool } from './queue-pool.js';
import { QueueTasks } from './queue-tasks.service.js';
import { QueueWorker } from './queue-worker.service.js';

@Global()
@Module({
  providers: [
    { provide: QueuePool, inject: [AppConfig], useFactory: ({ database }: AppConfig) => queuePool(database.url) },
    JobQueue,
    QueueTasks,
    QueueWorker,
  ],
  exports: [JobQueue, QueueTasks],
})
export class QueueModule {}

function queuePool(url: string | null): QueuePool {
  if (url === null) throw new Error('the database is not started');
  return new QueuePool(url);
}
