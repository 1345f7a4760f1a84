/** Who waits for a fence that does not end is told so within the limit, not at the first look after it. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { FenceConnection } from '../../../src/verification/fence-connection.js';
import { Fence } from '../../../src/verification/fence.js';
import { Memory } from '../../../src/verification/memory.js';
import { WaitingRoom } from '../../../src/verification/waiting.js';

const LIMIT_MS = 1_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

it.each([0, 7, 24])('fails within the limit, having come %i ms after a look', async (offsetMs) => {
  const silent = { isOpen: true, run: () => new Promise(() => undefined), drop: () => undefined };
  const fence = new Fence(silent as unknown as FenceConnection, new Memory(10), new WaitingRoom(LIMIT_MS, 10));
  await jest.advanceTimersByTimeAsync(offsetMs);
  const failed = jest.fn();
  fence.confirm({ kind: 'token', selector: 'selector' }).catch(failed);

  await jest.advanceTimersByTimeAsync(LIMIT_MS - 60);
  expect(failed).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(60);
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'unavailable' }));
  fence.onApplicationShutdown();
});
