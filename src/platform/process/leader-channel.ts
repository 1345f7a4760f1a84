/** The worker's side of the channel to its leader. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromLeader, FromWorker, MetricsList, WorkerConfig } from './worker-messages.js';

/** Longer than the leader waits for its workers. */
const REPORT_TIMEOUT_MS = 3_000;

/** Requests the worker's configuration from the leader at the start. */
export async function requestWorkerConfig(): Promise<WorkerConfig> {
  send({ kind: 'asks-config' });
  for (;;) {
    const [message] = (await once(process, 'message')) as [FromLeader];
    if (message.kind === 'config') return message.config;
  }
}

export function tellReady(): void {
  send({ kind: 'ready' });
}

/** Resolves when the leader has the message; with `false` when there is no leader any more. */
export function tellFailed(message: string): Promise<boolean> {
  return new Promise((resolve) => {
    const failed: FromWorker = { kind: 'failed', message };
    if (process.send === undefined || !process.connected) return resolve(false);
    process.send(failed, undefined, undefined, (error: Error | null) => resolve(error === null));
  });
}

/** Sends this process's metrics to the leader whenever it requests them. */
export function offerMetrics(list: () => Promise<MetricsList>): void {
  process.on('message', (message: FromLeader) => {
    if (message.kind !== 'asks-metrics') return;
    void list().then((metrics) => send({ kind: 'metrics', round: message.round, list: metrics }));
  });
}

let questions = 0;

/** Returns the metrics of all workers; `null` when the leader does not respond in time. */
export async function reportOfAll(): Promise<string | null> {
  const question = (questions += 1);
  const answered = new AbortController();
  const answer = new Promise<string>((resolve) => {
    const onMessage = (message: FromLeader): void => {
      if (message.kind === 'report' && message.question === question) resolve(message.text);
    };
    process.on('message', onMessage);
    answered.signal.addEventListener('abort', () => process.off('message', onMessage));
  });
  send({ kind: 'asks-report', question });
  const timeout = sleep(REPORT_TIMEOUT_MS, null, { signal: answered.signal }).catch(() => null);
  const text = await Promise.race([answer, timeout]);
  answered.abort();
  return text;
}

function send(message: FromWorker): void {
  // The end of the leader ends this process anyway.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
