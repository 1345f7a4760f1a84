/** The shutdown of the process: once, in order, and within a time limit. */
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const DRAIN_TIMEOUT_MS = 10_000;
/** Longer than the drain timeout of requests, and than a database takes to stop. */
const STEP_TIMEOUT_MS = 20_000;
/** Ctrl-C under `npm start` arrives twice, from the terminal and from npm: within this time it is one signal. */
const SAME_SIGNAL_MS = 250;

export class Shutdown {
  readonly #steps: (() => Promise<void>)[] = [];
  #begunAt: number | null = null;

  /** The first SIGTERM, SIGINT or SIGHUP (terminal closed) runs the steps and exits 0; a second one exits 1 at once. */
  constructor(private readonly onError: (error: unknown) => void) {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.#onSignal());
  }

  /** Adds a step. Steps run in reverse order, as the component started last has to end first. */
  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  get begun(): boolean {
    return this.#begunAt !== null;
  }

  /** Runs the steps and exits. A failing step does not keep the others from running. */
  async run(exitCode: number): Promise<never> {
    this.#begunAt = Date.now();
    let code = exitCode;
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await withTimeout(step());
      } catch (error) {
        this.onError(error);
        code = 1;
      }
    }
    process.exit(code);
  }

  #onSignal(): void {
    if (this.#begunAt === null) void this.run(0);
    else if (Date.now() - this.#begunAt > SAME_SIGNAL_MS) process.exit(1);
  }
}

/** Bounds a step: one that never settles must not keep the others from running. */
async function withTimeout(step: Promise<void>): Promise<void> {
  const timeout = sleep(STEP_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`a step of the shutdown took longer than ${String(STEP_TIMEOUT_MS)} ms`);
  });
  await Promise.race([step, timeout]);
}

/**
 * Stops accepting connections and resolves when the requests in flight are answered, or aborted after the timeout. It
 * runs before the application's own close, which closes their database connections. `beside` servers share the
 * connections.
 */
export async function drain(server: HttpServer, beside: readonly Server[] = []): Promise<void> {
  const closed = Promise.all([server, ...beside].map(whenClosed)).then(() => true);
  // Requests that still arrive on open connections are served, as their connection's last.
  server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false));
  for (const deadline = Date.now() + DRAIN_TIMEOUT_MS; Date.now() < deadline;) {
    server.closeIdleConnections();
    if (await Promise.race([closed, sleep(100, false)])) return;
  }
  server.closeAllConnections();
  await closed;
}

function whenClosed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
