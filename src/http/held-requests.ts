/**
 * Requests that are held open on purpose, until what they ask for is ready. Bounded in number, each in time; a client that
 * goes away frees its place at once, and a shutdown lets all go, to be answered with what is there.
 */
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** A held request costs a socket and a few closures. */
const MOST_HELD = 1_000;

@Injectable()
export class HeldRequests implements BeforeApplicationShutdown {
  private readonly held = new Set<AbortController>();
  private released = false;

  get count(): number {
    return this.held.size;
  }

  /**
   * Resolves when `until` does, after `ms`, when the client is gone or when everybody is released; at once when too many are
   * held already. `until` is told when it is waited for no longer.
   */
  async hold({ raw }: FastifyReply, ms: number, until: (given: AbortSignal) => Promise<void>): Promise<void> {
    if (this.released || this.held.size >= MOST_HELD || raw.destroyed) return;
    const end = new AbortController();
    const letGo = (): void => end.abort();
    const timer = setTimeout(letGo, ms);
    raw.once('close', letGo);
    this.held.add(end);
    try {
      await Promise.race([until(end.signal), aborted(end.signal)]);
    } finally {
      clearTimeout(timer);
      raw.off('close', letGo);
      this.held.delete(end);
      letGo();
    }
  }

  /** Before the server waits for requests in flight to finish. */
  release(): void {
    this.released = true;
    for (const end of this.held) end.abort();
  }

  beforeApplicationShutdown(): void {
    this.release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
