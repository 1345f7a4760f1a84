/** Load from a separate process, so that the measured process is not charged for it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { uncompiled } from '../build.js';
import type { Answer } from './client.js';
import type { ClosedLoadRequest, LoadResult, OpenLoadRequest } from './load-request.js';
import { hasWrk, loadByWrk } from './wrk.js';

const ENDED: Answer = { failure: 'the process that loads has ended' };

let client: ChildProcess | null = null;

/** wrk accepts whole seconds only. */
const isForWrk = ({ isOnceEach, seconds }: ClosedLoadRequest): boolean => !isOnceEach && Number.isInteger(seconds);

/** Throws when any request failed: the run is void. */
export function load(request: ClosedLoadRequest): Promise<LoadResult> {
  return isForWrk(request) && hasWrk() ? loadByWrk(request) : loadByClient(request);
}

/** Load by the own client, for the loads that wrk cannot generate. One load at a time. */
export async function loadByClient(request: ClosedLoadRequest | OpenLoadRequest): Promise<LoadResult> {
  const process = (client ??= startClient());
  const over = new AbortController();
  const [message, end] = (['message', 'exit'] as const).map((event) => once(process, event, { signal: over.signal }));
  // The promise that is no longer awaited is rejected.
  end?.catch(() => undefined);
  process.send(request);
  try {
    const [answer] = (await Promise.race([message, end?.then(() => [ENDED])])) as [Answer];
    if ('result' in answer) return answer.result;
    throw new Error(answer.failure);
  } finally {
    message?.catch(() => undefined);
    over.abort();
  }
}

function startClient(): ChildProcess {
  const started = spawn(process.execPath, uncompiled('bench/load/client.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  started.once('exit', () => (client = null));
  return started;
}
