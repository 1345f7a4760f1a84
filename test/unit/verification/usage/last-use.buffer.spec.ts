import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LastUseBuffer } from '../../../../src/verification/usage/last-use.buffer.js';

const MINUTE_MS = 60_000;

describe('last use', () => {
  let lastUse: LastUseBuffer;
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    lastUse = new LastUseBuffer();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const due = (options = {}): string[] => lastUse.due(options).map(({ tokenId, ip }) => `${tokenId}@${ip}`);
  const write = (): void => lastUse.settle(lastUse.due());

  it('is due with the newest address', () => {
    lastUse.note('a', '192.0.2.1');
    lastUse.note('b', '192.0.2.1');
    lastUse.note('a', '192.0.2.2');
    expect(due()).toEqual(['a@192.0.2.2', 'b@192.0.2.1']);
  });

  it('stays due until it is written', () => {
    lastUse.note('a', '192.0.2.1');
    due();
    expect(due()).toEqual(['a@192.0.2.1']);
    write();
    expect(due()).toEqual([]);
  });

  it('is written at most once a minute a token, and then with what happened meanwhile', () => {
    lastUse.note('a', '192.0.2.1');
    write();
    lastUse.note('a', '192.0.2.2');
    jest.advanceTimersByTime(MINUTE_MS - 1);
    expect(due()).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(due()).toEqual(['a@192.0.2.2']);
  });

  it('is due at shutdown, however recently the token was written', () => {
    lastUse.note('a', '192.0.2.1');
    write();
    expect(due({ all: true })).toEqual([]);
    lastUse.note('a', '192.0.2.2');
    expect(due({ all: true })).toEqual(['a@192.0.2.2']);
  });

  it('is not lost when the token is used while it is being written', () => {
    lastUse.note('a', '192.0.2.1');
    const writing = lastUse.due();
    lastUse.note('a', '192.0.2.2');
    lastUse.settle(writing);
    jest.advanceTimersByTime(MINUTE_MS);
    expect(due()).toEqual(['a@192.0.2.2']);
  });

  it('takes bounded memory, and forgets tokens that rest', () => {
    for (let index = 0; index < 60_000; index += 1) lastUse.note(String(index), '192.0.2.1');
    expect(due()).toHaveLength(50_000);
    write();
    jest.advanceTimersByTime(MINUTE_MS);
    due();
    lastUse.note('late', '192.0.2.1');
    expect(due()).toEqual(['late@192.0.2.1']);
  });
});
