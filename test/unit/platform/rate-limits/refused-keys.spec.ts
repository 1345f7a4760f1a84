import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RefusedKeys } from '../../../../src/platform/rate-limits/refused-keys.js';

describe('keys that are over their limit', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('are remembered for a second, with the wait until their window ends', () => {
    const keys = new RefusedKeys();
    keys.add('a', 60_000);
    jest.advanceTimersByTime(900);
    expect([keys.msBeforeNext('a'), keys.msBeforeNext('b')]).toEqual([59_100, null]);
    jest.advanceTimersByTime(100);
    expect(keys.msBeforeNext('a')).toBeNull();
  });

  it('are not remembered past the end of their window', () => {
    const keys = new RefusedKeys();
    keys.add('a', 300);
    jest.advanceTimersByTime(300);
    expect(keys.msBeforeNext('a')).toBeNull();
  });

  it('are forgotten when they are forgiven, and the oldest when there are too many', () => {
    const keys = new RefusedKeys();
    keys.add('forgiven', 60_000);
    keys.delete('forgiven');
    for (let n = 0; n <= 10_000; n += 1) keys.add(String(n), 60_000);
    expect(['forgiven', '0', '1'].map((key) => keys.msBeforeNext(key) !== null)).toEqual([false, false, true]);
  });
});
