/** Records the statuses that each route has returned during a run, for documented-statuses-reporter.js. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { appendFileSync } from 'node:fs';
import { observationsFile } from './observations-file.js';

/** Call before the application listens; the returned function writes the record. */
export function observeStatuses(nest: NestFastifyApplication): () => void {
  const seen = new Set<string>();
  nest
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      seen.add(`${request.method} ${request.routeOptions.url ?? ''} ${reply.statusCode}`);
      done();
    });
  return () => {
    appendFileSync(observationsFile(), [...seen].map((line) => `${line}\n`).join(''));
  };
}
