import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseClock } from '../../../../src/platform/database/database-clock.service.js';

const at = (ms: number): Date => new Date(1_800_000_000_000 + ms);

describe('the database’s clock', () => {
  it('is what the database says, as long as that goes forward', () => {
    const clock = new DatabaseClock();
    expect([0, 0, 5].map((ms) => clock.advance(at(ms)))).toEqual([at(0), at(0), at(5)]);
  });

  it('never goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2_000, max: 2_000 })), (readings) => {
        const clock = new DatabaseClock();
        const latest = (count: number): number => Math.max(...readings.slice(0, count + 1));
        const told = readings.map((ms) => clock.advance(at(ms)));
        expect(told).toEqual(readings.map((_, index) => at(latest(index))));
      }),
    );
  });

  it('is no time at all when the database answers none', () => {
    expect(() => new DatabaseClock().advance(new Date(NaN))).toThrow('no time');
  });

  it('is in SQL the server’s own before there is a reading, and then never earlier than that', () => {
    const clock = new DatabaseClock();
    expect(clock.sql).toBe('clock_timestamp()');
    clock.advance(at(0));
    expect(clock.sql).toBe(`greatest(clock_timestamp(), '2027-01-15T08:00:00.000Z'::timestamptz)`);
  });
});
