/** The fence's bookkeeping against scripted answers; freshness-fence.spec.ts holds it against a real PostgreSQL. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FactCache, type MissingFacts } from '../../../src/verification/fact-cache.js';
import type { FenceConnection } from '../../../src/verification/fence-connection.js';
import type { FenceRow } from '../../../src/verification/fence-row.js';
import { Fence } from '../../../src/verification/fence.js';
import { MAX_CHANGES } from '../../../src/verification/fence.sql.js';
import { PendingVerifications } from '../../../src/verification/pending-verifications.js';

const LIMIT_MS = 300;
const WANTED = { kind: 'session', id: 'n1' } as const;
const FOUND = {
  sessions: [{ id: 'n1', userId: 'u1', expiresAt: '2026-05-01T12:00:00Z', revokedAt: null }],
  users: [
    {
      id: 'u1',
      email: 'a@b.test',
      name: 'A',
      username: 'a-b',
      emailVerified: true,
      disabledAt: null,
      memberships: null,
    },
  ],
};

function row(fields: Partial<FenceRow> = {}): FenceRow {
  const unchanged = { log: 'l', guards: null, outdated: false, changes: null };
  return { snapshot: 'p1', now: new Date(), server: 'a', replica: false, ...unchanged, ...fields };
}

/** Answers each fence in turn, the last one for ever, and keeps what it was asked. */
function scripted(...answers: (FenceRow | Error | Promise<FenceRow>)[]) {
  const asked: [string | null, number][] = [];
  const connection = {
    isOpen: true,
    isUnguarded: false,
    timeline: null,
    dropped: false,
    run: async (position: string | null, missing: MissingFacts) => {
      asked.push([position, missing.size]);
      const answer = await answers[Math.min(asked.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    drop: () => void (connection.dropped = true),
  };
  const memory = new FactCache(10);
  const fence = new Fence(connection as unknown as FenceConnection, memory, new PendingVerifications(LIMIT_MS, 10));
  return { fence, memory, asked, connection };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a fence', () => {
  it('loads what memory lacks, and then only confirms, from the position it reached', async () => {
    const { fence, asked } = scripted(row(FOUND), row({ snapshot: 'p2' }), row());
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await fence.confirm(WANTED)).facts).toMatchObject({ kind: 'session' });
    }

    expect(asked).toEqual([
      [null, 1],
      ['p1', 0],
      ['p2', 0],
    ]);
    fence.onApplicationShutdown();
  });

  it('answers all who arrived meanwhile at once', async () => {
    const { fence, asked } = scripted(row(FOUND));
    await Promise.all([fence.confirm(WANTED), fence.confirm(WANTED), fence.confirm(WANTED)]);

    expect(asked).toHaveLength(1);
    fence.onApplicationShutdown();
  });

  it('is one at a time: who comes while one is under way waits for the next, which begins after it', async () => {
    let land: (answer: FenceRow) => void = () => undefined;
    const { fence, asked } = scripted(new Promise((resolve) => (land = resolve)), row({ snapshot: 'p2' }));
    const early = fence.confirm(WANTED);
    await turns(3);
    const late = fence.confirm(WANTED);
    await turns(3);
    expect(asked).toEqual([[null, 1]]);

    land(row(FOUND));
    expect((await Promise.all([early, late])).map(({ facts }) => facts?.kind)).toEqual(['session', 'session']);
    expect(asked).toEqual([
      [null, 1],
      ['p1', 0],
    ]);
    fence.onApplicationShutdown();
  });

  it('says what it looked for and did not find', async () => {
    const { fence } = scripted(row());

    expect((await fence.confirm(WANTED)).facts).toBeNull();
    fence.onApplicationShutdown();
  });

  it.each<[string, Partial<FenceRow>, [string | null, number]]>([
    ['a change', { changes: [['session', 'n1']] }, ['p1', 1]],
    ['another server', { server: 'b' }, ['p1', 1]],
    ['a pruned log', { outdated: true }, ['p1', 1]],
    ['a log without its mark', { outdated: null }, ['p1', 1]],
    ['another log', { log: 'm' }, ['p1', 1]],
    ['a log that cannot be told', { log: null }, ['p1', 1]],
    ['too many changes', { changes: Array.from({ length: MAX_CHANGES + 1 }, () => ['user', 'x'] as const) }, ['p1', 1]],
  ])('reads again after %s, before it answers anybody', async (_, news, third) => {
    const { fence, asked } = scripted(
      row(FOUND),
      row(news),
      row({ ...FOUND, server: news.server ?? 'a', log: news.log ?? 'l' }),
    );
    await fence.confirm(WANTED);
    await fence.confirm(WANTED);

    expect(asked).toEqual([[null, 1], ['p1', 0], third]);
    fence.onApplicationShutdown();
  });

  it('keeps what no change names, however many there are', async () => {
    const changes = Array.from({ length: MAX_CHANGES }, () => ['user', 'x'] as const);
    const { fence, asked } = scripted(row(FOUND), row({ changes }));
    await fence.confirm(WANTED);
    await fence.confirm(WANTED);

    expect(asked).toHaveLength(2);
    fence.onApplicationShutdown();
  });

  it('starts from nothing on a new connection', async () => {
    const { fence, asked, connection } = scripted(row(FOUND));
    await fence.confirm(WANTED);
    connection.isOpen = false;
    await fence.confirm(WANTED);

    expect(asked).toEqual([
      [null, 1],
      [null, 1],
    ]);
    fence.onApplicationShutdown();
  });

  it('remembers nothing while changes leave no trace', async () => {
    const { fence, asked, connection } = scripted(row(FOUND));
    await fence.confirm(WANTED);
    connection.isUnguarded = true;
    await fence.confirm(WANTED);
    await fence.confirm(WANTED);

    expect(asked).toEqual([
      [null, 1],
      [null, 1],
      [null, 1],
    ]);
    fence.onApplicationShutdown();
  });

  it('refuses a credential whose owner is not there, and does not wait for one', async () => {
    const { fence, asked } = scripted(row({ sessions: FOUND.sessions }), row({ snapshot: 'p2' }));

    expect((await fence.confirm(WANTED)).facts).toBeNull();
    expect(asked).toEqual([
      [null, 1],
      ['p1', 1],
    ]);
    fence.onApplicationShutdown();
  });

  it('tries again after an error, from nothing, and answers who still waits', async () => {
    const { fence, asked } = scripted(row(FOUND), new Error('cut'), row(FOUND));
    await fence.confirm(WANTED);

    expect((await fence.confirm(WANTED)).facts).not.toBeNull();
    expect(asked).toEqual([
      [null, 1],
      ['p1', 0],
      [null, 1],
    ]);
    fence.onApplicationShutdown();
  });

  it.each([
    ['an error', new Error('cut'), 'cut'],
    ['a replica', row({ ...FOUND, replica: true }), 'replica'],
  ])('fails closed in time, with the cause, when all it gets is %s', async (_, answer, cause) => {
    const { fence, memory, asked } = scripted(answer);
    const error: unknown = await fence.confirm(WANTED).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'unavailable', cause: { message: expect.stringContaining(cause) } });
    expect(memory.size).toBe(0);
    expect(asked.length).toBeLessThan(10);
    fence.onApplicationShutdown();
  });

  it('fails who still waits when the service stops, and lets the connection go', async () => {
    const { fence, connection } = scripted(new Error('cut'));
    const waiting = fence.confirm(WANTED);
    fence.onApplicationShutdown();

    await expect(waiting).rejects.toMatchObject({ cause: 'the service is stopping' });
    expect(connection.dropped).toBe(true);
  });
});

describe('a fence that does not end', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([0, 7, 24])(
    'fails who came %i ms after a look within the limit, not at the first look after it',
    async (ms) => {
      const { fence } = scripted(new Promise<FenceRow>(() => undefined));
      await jest.advanceTimersByTimeAsync(ms);
      const failed = jest.fn();
      fence.confirm(WANTED).catch(failed);

      await jest.advanceTimersByTimeAsync(LIMIT_MS - 60);
      expect(failed).not.toHaveBeenCalled();
      await jest.advanceTimersByTimeAsync(60);
      expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'unavailable' }));
      fence.onApplicationShutdown();
    },
  );
});
