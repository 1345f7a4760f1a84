/**
 * Several processes on one machine, by Node's cluster. The leader owns the embedded database and the schema and serves
 * nothing; the workers share the port. They need nothing of each other: each confirms credentials by a fence of its own.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/** A worker that ends by itself is replaced, but not so fast that one that cannot start keeps the machine busy. */
const RESTART_PAUSE_MS = 1_000;

const MOST_WORKERS = 256;

/** What the leader tells a worker at its start. */
interface Orders {
  readonly databaseUrl: string;
}

/** The value of `--workers N`, 1 without it. Throws on any other argument and on what is no number of processes. */
export function workerCount(argv: readonly string[]): number {
  const { values } = parseArgs({ args: [...argv], options: { workers: { type: 'string', default: '1' } } });
  const count = /^\d+$/.test(values.workers) ? Number(values.workers) : 0;
  if (count >= 1 && count <= MOST_WORKERS) return count;
  throw new Error(`--workers takes a whole number from 1 to ${MOST_WORKERS}`);
}

export class Workers {
  readonly #stopping = new AbortController();

  private constructor(
    private readonly orders: Orders,
    private readonly say: (line: string) => void,
  ) {}

  static start(count: number, orders: Orders, say: (line: string) => void): Workers {
    const workers = new Workers(orders, say);
    for (let index = 0; index < count; index += 1) workers.#fork();
    return workers;
  }

  /** Resolves when all have finished what they were doing, each within its own bound. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const running = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(
      running.map(async (worker) => {
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
  }

  #fork(): void {
    const worker = cluster.fork();
    // On request: what is sent before the worker listens is lost.
    worker.on('message', () => worker.send(this.orders));
    worker.on('exit', (code, signal: string | null) => void this.#replace(worker, signal ?? code));
  }

  async #replace(worker: Worker, cause: string | number): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    this.say(`Worker ${worker.id} ended (${cause}); another one is started.`);
    // A shutdown that begins during the pause ends it, and nothing is started any more.
    await sleep(RESTART_PAUSE_MS, undefined, { signal }).then(
      () => this.#fork(),
      () => undefined,
    );
  }
}

/** In a worker: what the leader answers. */
export async function ordersFromLeader(): Promise<Orders> {
  process.send?.('ready for orders');
  const [orders] = (await once(process, 'message')) as [Orders];
  return orders;
}
