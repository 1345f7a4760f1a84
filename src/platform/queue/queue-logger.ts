import type { Logger } from '@nestjs/common';
import { Logger as QueueLogger, type LogLevel } from 'graphile-worker';
import { withoutQuotations } from '../logging/safe-message.js';

/** The queue's log lines in the service's log, without their metadata (it contains whole jobs) and without stacks. */
export function queueLogger(logger: Logger): QueueLogger {
  return new QueueLogger(() => (level: LogLevel | `${LogLevel}`, message: string) => {
    const [first = ''] = message.split('\n', 1);
    // A data exception of PostgreSQL appears without its code: its quotations are values.
    const line = withoutQuotations(first).replaceAll(/"[^"]*"/g, '"…"');
    if (level === 'error' || level === 'warning') logger.warn(line);
    else logger.debug(line);
  });
}
