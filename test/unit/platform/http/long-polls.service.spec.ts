import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { LongPolls, type Holding } from '../../../../src/platform/http/long-polls.service.js';

/** As much of a reply as a connection is. */
function connection(): FastifyReply {
  return { raw: Object.assign(new EventEmitter(), { destroyed: false }), request: {} } as unknown as FastifyReply;
}

/** Each time of somebody else. */
function at(ms: number, reply = connection(), holder: string = randomUUID()): Holding {
  return { reply, holder, ms };
}

const forEver = (): Promise<void> => new Promise(() => undefined);

describe('held requests', () => {
  it('are let go when what they wait for is there, when time is up, and when the client is gone', async () => {
    const held = new LongPolls();
    const leaving = connection();
    const holds = [
      held.hold(at(60_000), () => Promise.resolve()),
      held.hold(at(10), forEver),
      held.hold(at(60_000, leaving), forEver),
    ];
    leaving.raw.emit('close');
    await Promise.all(holds);
    expect(held.count).toBe(0);
    expect(leaving.raw.listenerCount('close')).toBe(0);
  });

  it('tell what they wait for that nobody waits any more', async () => {
    const held = new LongPolls();
    let given: AbortSignal | undefined;
    await held.hold(at(10), (signal) => {
      given = signal;
      return forEver();
    });
    expect(given?.aborted).toBe(true);
  });

  it('are a thousand at most, and none after the release', async () => {
    const held = new LongPolls();
    const thousand = Array.from({ length: 1_000 }, () => held.hold(at(60_000), forEver));
    await held.hold(at(60_000), forEver);
    expect(held.count).toBe(1_000);
    held.release();
    await Promise.all(thousand);
    await held.hold(at(60_000), forEver);
    expect(held.count).toBe(0);
  });

  it('are fifty of one holder at most, which leaves the places of others', async () => {
    const held = new LongPolls();
    const fifty = Array.from({ length: 50 }, () => held.hold(at(60_000, connection(), 'one'), forEver));
    await held.hold(at(60_000, connection(), 'one'), forEver);
    const other = held.hold(at(60_000, connection(), 'another'), forEver);
    expect(held.count).toBe(51);
    held.release();
    await Promise.all([...fifty, other]);
  });

  it('pass on a failure, and free their place', async () => {
    const held = new LongPolls();
    const failure = new Error('the database is gone');
    await expect(held.hold(at(60_000), () => Promise.reject(failure))).rejects.toThrow(failure);
    expect(held.count).toBe(0);
  });
});
