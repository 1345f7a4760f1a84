/** What a measured process has used so far. It answers when it is asked, and does nothing else meanwhile. */
import { performance } from 'node:perf_hooks';

export interface Usage {
  readonly memory: NodeJS.MemoryUsage;
  /** Microseconds of processor time, of all threads. */
  readonly userUs: number;
  readonly systemUs: number;
  /** Of the event loop. */
  readonly turns: number;
}

process.on('message', () => process.send?.(usage()));

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { loopCount } = performance.nodeTiming.uvMetricsInfo;
  return { memory: process.memoryUsage(), userUs: user, systemUs: system, turns: loopCount };
}
