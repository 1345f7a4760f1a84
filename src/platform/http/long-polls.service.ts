/**
 * Requests held open until their result is ready. They are bounded in number and in time. A disconnected client frees
 * its place at once, and a shutdown releases all of them to respond with the present state.
 */
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { uncountInFlight } from './requests-in-flight.js';

/** A held request costs a socket and a few closures. */
const MAX_HELD = 1_000;
/** The part of it that a single user or token may use. */
const MAX_HELD_PER_HOLDER = 50;

export interface Holding {
  readonly reply: FastifyReply;
  /** The id of the user or token whose request it is. */
  readonly holder: string;
  readonly ms: number;
}

@Injectable()
export class LongPolls implements BeforeApplicationShutdown {
  /** The abort controller of each held request, with its holder. */
  private readonly held = new Map<AbortController, string>();
  private released = false;

  get count(): number {
    return this.held.size;
  }

  /**
   * Resolves when `until` does, after `ms`, when the client disconnects, or when all requests are released. Resolves at
   * once when too many requests are held, in all or by this holder. The signal aborts when the wait is over.
   */
  async hold({ reply, holder, ms }: Holding, until: (given: AbortSignal) => Promise<void>): Promise<void> {
    const { raw, request } = reply;
    if (this.released || !this.hasCapacity(holder) || raw.destroyed) return;
    uncountInFlight(request);
    const end = new AbortController();
    const abort = (): void => end.abort();
    const timer = setTimeout(abort, ms);
    raw.once('close', abort);
    this.held.set(end, holder);
    try {
      await Promise.race([until(end.signal), aborted(end.signal)]);
    } finally {
      clearTimeout(timer);
      raw.off('close', abort);
      this.held.delete(end);
      abort();
    }
  }

  /** Releases all held requests, before the server waits for requests in flight to finish. */
  release(): void {
    this.released = true;
    for (const end of this.held.keys()) end.abort();
  }

  beforeApplicationShutdown(): void {
    this.release();
  }

  private hasCapacity(holder: string): boolean {
    if (this.held.size >= MAX_HELD) return false;
    return [...this.held.values()].filter((other) => other === holder).length < MAX_HELD_PER_HOLDER;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
