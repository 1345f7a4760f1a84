import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { PasswordWork } from '../../../src/auth/password-work.js';

/** Work that ends when it is told to. */
function open(work: PasswordWork, log: string[], name: string): { finish: () => void; done: Promise<void> } {
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const done = work.run(async () => {
    log.push(name);
    await ended;
  });
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
    const work = new PasswordWork(1, 2);
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
    const work = new PasswordWork(1, 1);
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
    const work = new PasswordWork(1, 0);
    await expect(work.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(work.run(() => Promise.resolve('fine'))).resolves.toBe('fine');
  });
});
