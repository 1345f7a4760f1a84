/**
 * Requests that are held open on purpose, until what they ask for is ready. Bounded in number, each in time; a client that
 * goes away frees its place at once, and a shutdown lets all go, to be answered with what is there.
 */
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { leaveFlight } from './requests-in-flight.js';

/** A held request costs a socket and a few closures. */
const MOST_HELD = 1_000;
/** Of those, so that no single user or token takes the places of all. */
const MOST_OF_ONE = 50;

export interface Holding {
  readonly reply: FastifyReply;
  /** The id of the user or token whose request it is. */
  readonly holder: string;
  readonly ms: number;
}

@Injectable()
export class LongPolls implements BeforeApplicationShutdown {
  /** By what ends it: its holder. */
  private readonly held = new Map<AbortController, string>();
  private released = false;

  get count(): number {
    return this.held.size;
  }

  /**
   * Resolves when `until` does, after `ms`, when the client is gone or when everybody is released; at once when too many are
   * held already, in all or of this holder. `until` is told when it is waited for no longer.
   */
  async hold({ reply, holder, ms }: Holding, until: (given: AbortSignal) => Promise<void>): Promise<void> {
    const { raw, request } = reply;
    if (this.released || !this.hasRoom(holder) || raw.destroyed) return;
    leaveFlight(request);
    const end = new AbortController();
    const letGo = (): void => end.abort();
    const timer = setTimeout(letGo, ms);
    raw.once('close', letGo);
    this.held.set(end, holder);
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
    for (const end of this.held.keys()) end.abort();
  }

  beforeApplicationShutdown(): void {
    this.release();
  }

  private hasRoom(holder: string): boolean {
    if (this.held.size >= MOST_HELD) return false;
    return [...this.held.values()].filter((other) => other === holder).length < MOST_OF_ONE;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
