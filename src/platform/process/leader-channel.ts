/** A worker's side of the channel to its leader. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromLeader, FromWorker, MetricsList, Orders } from './worker-messages.js';

/** Longer than the leader waits for its workers. */
const REPORT_TIMEOUT_MS = 3_000;

/** What the leader answers at the start. */
export async function ordersFromLeader(): Promise<Orders> {
  tell({ kind: 'asks-orders' });
  for (;;) {
    const [message] = (await once(process, 'message')) as [FromLeader];
    if (message.kind === 'orders') return message.orders;
  }
}

export function tellReady(): void {
  tell({ kind: 'ready' });
}

/** Resolves when the leader has the message, with `false` when there is no leader any more. */
export function tellFailed(message: string): Promise<boolean> {
  return new Promise((resolve) => {
    const failed: FromWorker = { kind: 'failed', message };
    if (process.send === undefined || !process.connected) return resolve(false);
    process.send(failed, undefined, undefined, (error: Error | null) => resolve(error === null));
  });
}

/** Answers the leader, from now on, with this process's metrics. */
export function offerMetrics(list: () => Promise<MetricsList>): void {
  process.on('message', (message: FromLeader) => {
    if (message.kind !== 'asks-metrics') return;
    void list().then((metrics) => tell({ kind: 'metrics', round: message.round, list: metrics }));
  });
}

let questions = 0;

/** The metrics of all workers; `null` when the leader does not answer in time. */
export async function reportOfAll(): Promise<string | null> {
  const question = (questions += 1);
  const answered = new AbortController();
  const answer = new Promise<string>((resolve) => {
    const listen = (message: FromLeader): void => {
      if (message.kind === 'report' && message.question === question) resolve(message.text);
    };
    process.on('message', listen);
    answered.signal.addEventListener('abort', () => process.off('message', listen));
  });
  tell({ kind: 'asks-report', question });
  const tooLate = sleep(REPORT_TIMEOUT_MS, null, { signal: answered.signal }).catch(() => null);
  const text = await Promise.race([answer, tooLate]);
  answered.abort();
  return text;
}

function tell(message: FromWorker): void {
  // A leader that is gone ends this process by itself.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
