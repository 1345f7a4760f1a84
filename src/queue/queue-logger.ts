import type { Logger } from '@nestjs/common';
import { Logger as QueueLogger, type LogLevel } from 'graphile-worker';

/** The queue's log lines in the service's log, without their metadata (it holds whole jobs) and without stacks. */
export function queueLogger(logger: Logger): QueueLogger {
  return new QueueLogger(() => (level: LogLevel | `${LogLevel}`, message: string) => {
    const [line = ''] = message.split('\n', 1);
    if (level === 'error' || level === 'warning') logger.warn(line);
    else logger.debug(line);
  });
}
