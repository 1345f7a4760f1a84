/** Usage reporter of a measured process. It responds to a request and is idle otherwise. */
import { performance } from 'node:perf_hooks';

export interface Usage {
  readonly memory: NodeJS.MemoryUsage;
  /** Microseconds of processor time, of all threads. */
  readonly userUs: number;
  readonly systemUs: number;
  /** Turns of the event loop. */
  readonly turns: number;
}

process.on('message', () => process.send?.(usage()));

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { loopCount } = performance.nodeTiming.uvMetricsInfo;
  return { memory: process.memoryUsage(), userUs: user, systemUs: system, turns: loopCount };
}
