import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { HeldRequests } from '../../../src/http/held-requests.js';

/** As much of a reply as a connection is. */
function connection(): FastifyReply {
  return { raw: Object.assign(new EventEmitter(), { destroyed: false }) } as unknown as FastifyReply;
}

const forEver = (): Promise<void> => new Promise(() => undefined);

describe('held requests', () => {
  it('are let go when what they wait for is there, when time is up, and when the client is gone', async () => {
    const held = new HeldRequests();
    const leaving = connection();
    const holds = [
      held.hold(connection(), 60_000, () => Promise.resolve()),
      held.hold(connection(), 10, forEver),
      held.hold(leaving, 60_000, forEver),
    ];
    leaving.raw.emit('close');
    await Promise.all(holds);
    expect(held.count).toBe(0);
    expect(leaving.raw.listenerCount('close')).toBe(0);
  });

  it('tell what they wait for that nobody waits any more', async () => {
    const held = new HeldRequests();
    let given: AbortSignal | undefined;
    await held.hold(connection(), 10, (signal) => {
      given = signal;
      return forEver();
    });
    expect(given?.aborted).toBe(true);
  });

  it('are a thousand at most, and none after the release', async () => {
    const held = new HeldRequests();
    const thousand = Array.from({ length: 1_000 }, () => held.hold(connection(), 60_000, forEver));
    await held.hold(connection(), 60_000, forEver);
    expect(held.count).toBe(1_000);
    held.release();
    await Promise.all(thousand);
    await held.hold(connection(), 60_000, forEver);
    expect(held.count).toBe(0);
  });

  it('pass on a failure, and free their place', async () => {
    const held = new HeldRequests();
    const failure = new Error('the database is gone');
    await expect(held.hold(connection(), 60_000, () => Promise.reject(failure))).rejects.toThrow(failure);
    expect(held.count).toBe(0);
  });
});
