import { describe, expect, it } from '@jest/globals';
import type { Confirmed } from '../../../src/verification/credential-facts.js';
import { PendingVerifications } from '../../../src/verification/pending-verifications.js';

const WANTED = { kind: 'token', selector: 'x' } as const;
const CONFIRMED: Confirmed = { facts: null, now: new Date() };
const ALWAYS = Infinity;

/** What became of each request by now: `waits`, `confirmed`, or the code it failed with. */
async function outcomes(...requests: Promise<Confirmed>[]): Promise<string[]> {
  const waits = new Promise<string>((resolve) => setImmediate(resolve, 'waits'));
  const settled = requests.map((request) =>
    request.then(
      () => 'confirmed',
      (error: unknown) => (error as { code: string }).code,
    ),
  );
  return Promise.all(settled.map((each) => Promise.race([each, waits])));
}

describe('the waiting room', () => {
  it('calls everybody who is here, once', async () => {
    const room = new PendingVerifications(1_000, 10);
    expect(room.isEmpty).toBe(true);
    const requests = [room.add(WANTED), room.add(WANTED)];
    expect(room.isEmpty).toBe(false);
    for (const waiter of room.takeAll()) waiter.confirm(CONFIRMED);

    expect(room.isEmpty).toBe(true);
    expect(room.takeAll()).toEqual([]);
    expect(await outcomes(...requests)).toEqual(['confirmed', 'confirmed']);
  });

  it('refuses whoever comes when it is full, with 503 and a cause, and nobody else', async () => {
    const room = new PendingVerifications(1_000, 1);
    const [first, second] = [room.add(WANTED), room.add(WANTED)];

    expect(await outcomes(first, second)).toEqual(['waits', 'unavailable']);
    await expect(second).rejects.toMatchObject({ options: { retryAfterSeconds: 1, cause: 'too many requests wait' } });
  });

  it('lets one who was called and not answered wait on', () => {
    const room = new PendingVerifications(1_000, 10);
    void room.add(WANTED);
    const [waiter] = room.takeAll();
    if (waiter) room.keep(waiter);

    expect(room.takeAll()).toEqual([waiter]);
  });

  it('lets nobody wait on who was answered, or failed', async () => {
    const room = new PendingVerifications(1_000, 10);
    const requests = [room.add(WANTED), room.add(WANTED)];
    const [answered, failed] = room.takeAll();
    answered?.confirm(CONFIRMED);
    failed?.fail('x');
    for (const waiter of [answered, failed]) if (waiter) room.keep(waiter);

    expect([answered?.isSettled, failed?.isSettled, room.isEmpty]).toEqual([true, true, true]);
    expect(await outcomes(...requests)).toEqual(['confirmed', 'unavailable']);
  });

  it('fails at the deadline and not before, those who wait and those who were called', async () => {
    const room = new PendingVerifications(1_000, 10);
    const called = room.add(WANTED);
    const [first] = room.takeAll();
    const waiting = room.add(WANTED);
    const deadline = first?.deadline ?? 0;
    room.expire(deadline - 0.001, 'early');
    expect(await outcomes(called, waiting)).toEqual(['waits', 'waits']);

    room.expire(deadline, 'in time');
    expect(await outcomes(called)).toEqual(['unavailable']);
    room.expire(ALWAYS, 'later');
    expect(await outcomes(waiting)).toEqual(['unavailable']);
    await expect(called).rejects.toMatchObject({ options: { retryAfterSeconds: 1, cause: 'in time' } });
    await expect(waiting).rejects.toMatchObject({ options: { cause: 'later' } });
  });

  it('gives everybody the whole time, from their arrival on', () => {
    const room = new PendingVerifications(1_000, 10);
    const before = performance.now();
    void room.add(WANTED);
    const [waiter] = room.takeAll();

    expect(waiter?.isSettled).toBe(false);
    expect(waiter?.wanted).toBe(WANTED);
    expect(waiter?.deadline).toBeGreaterThanOrEqual(before + 1_000);
    expect(waiter?.deadline).toBeLessThanOrEqual(performance.now() + 1_000);
  });

  it('keeps no one who failed: their place is free again', async () => {
    const room = new PendingVerifications(1_000, 1);
    const first = room.add(WANTED);
    room.expire(ALWAYS, 'x');

    expect(room.isEmpty).toBe(true);
    expect(await outcomes(first, room.add(WANTED))).toEqual(['unavailable', 'waits']);
  });
});
