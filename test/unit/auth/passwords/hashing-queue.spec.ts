import { describe, expect, it, jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hashingOriginOf, HashingQueue, type HashingOrigin } from '../../../../src/auth/passwords/hashing-queue.js';

/** Work that ends when it is told to. */
function open(
  work: HashingQueue,
  log: string[],
  name: string,
  hashingOrigin?: HashingOrigin,
): { finish: () => void; done: Promise<void> } {
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const done = work.run(async () => {
    log.push(name);
    await ended;
  }, hashingOrigin);
  return {
    finish: () => {
      finish();
    },
    done,
  };
}

describe('the gate before password hashing', () => {
  it('lets no more in than it may, first come first served', async () => {
    const log: string[] = [];
    const work = new HashingQueue(1, 2);
    const [first, second, third] = ['first', 'second', 'third'].map((name) => open(work, log, name));
    first?.finish();
    await first?.done;
    await nextTurn();
    expect(log).toEqual(['first', 'second']);
    second?.finish();
    third?.finish();
    await third?.done;
    expect(log).toEqual(['first', 'second', 'third']);
  });

  it('turns away whom it would keep waiting too long, with a time to come back', async () => {
    const work = new HashingQueue(1, 1);
    const [running, waiting] = [open(work, [], 'running'), open(work, [], 'waiting')];
    await expect(work.run(() => Promise.resolve())).rejects.toMatchObject({
      code: 'unavailable',
      options: { retryAfterSeconds: 2 },
    });
    running.finish();
    waiting.finish();
    await waiting.done;
  });

  it('gives the place back when the work fails', async () => {
    const work = new HashingQueue(1, 0);
    await expect(work.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(work.run(() => Promise.resolve('fine'))).resolves.toBe('fine');
  });

  it('serves who is known and strangers in hashingOrigin, and each network of strangers', async () => {
    const log: string[] = [];
    const work = new HashingQueue(1, 10);
    const arrivals: [string, HashingOrigin][] = [
      ['running', hashingOriginOf('192.0.2.1', false)],
      ...['flood 1', 'flood 2', 'flood 3'].map((name): [string, HashingOrigin] => [
        name,
        hashingOriginOf('2001:db8:1::1', false),
      ]),
      ['stranger', hashingOriginOf('198.51.100.1', false)],
      ['owner', hashingOriginOf('2001:db8:1:2::1', true)],
    ];
    const opened = arrivals.map(([name, hashingOrigin]) => open(work, log, name, hashingOrigin));
    for (const { finish } of opened) finish();
    await Promise.all(opened.map(({ done }) => done));
    expect(log).toEqual(['running', 'owner', 'flood 1', 'stranger', 'flood 2', 'flood 3']);
  });

  it('turns the flood away, not the newcomer, and has room for the known when strangers fill theirs', async () => {
    const work = new HashingQueue(1, 2);
    const [flood, newcomer] = [hashingOriginOf('2001:db8:1::1', false), hashingOriginOf('198.51.100.1', false)];
    const [running, first, second] = ['running', 'first', 'second'].map((name) => open(work, [], name, flood));
    expect(() => work.assertCapacity(flood)).toThrow('too many passwords wait');
    work.assertCapacity(newcomer);
    const [stranger, owner] = [
      open(work, [], 'newcomer', newcomer),
      open(work, [], 'owner', { ...flood, isKnown: true }),
    ];
    await expect(second?.done).rejects.toMatchObject({ code: 'unavailable' });
    for (const each of [running, first, stranger, owner]) each?.finish();
    await Promise.all([running?.done, first?.done, stranger.done, owner.done]);
  });

  it('keeps nobody waiting for longer than they wait', async () => {
    jest.useFakeTimers();
    try {
      const work = new HashingQueue(1, 2);
      const [running, waiting] = [open(work, [], 'running'), open(work, [], 'waiting')];
      const refused = expect(waiting.done).rejects.toMatchObject({ code: 'unavailable' });
      await jest.advanceTimersByTimeAsync(20_000);
      await refused;
      running.finish();
      await running.done;
      await expect(work.run(() => Promise.resolve('free again'))).resolves.toBe('free again');
    } finally {
      jest.useRealTimers();
    }
  });
});
