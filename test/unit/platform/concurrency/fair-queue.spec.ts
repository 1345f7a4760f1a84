import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairQueue, type Origin } from '../../../../src/platform/concurrency/fair-queue.js';

function place(network: string, source = network): Origin {
  return { network, source };
}

function drained(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== null; item = queue.shift()) items.push(item);
  return items;
}

describe('a fair queue', () => {
  it('serves networks in turn, and within one its sources', () => {
    const queue = new FairQueue<string>(10);
    for (const item of ['a1', 'a2', 'a3']) queue.push(place('flood', 'a'), item);
    queue.push(place('flood', 'b'), 'b1');
    queue.push(place('calm'), 'c1');
    expect(drained(queue)).toEqual(['a1', 'c1', 'b1', 'a2', 'a3']);
  });

  it('is first come first served for one source', () => {
    const queue = new FairQueue<string>(3);
    for (const item of ['1', '2', '3']) queue.push(place('one'), item);
    expect(drained(queue)).toEqual(['1', '2', '3']);
  });

  it('drops the newest of the longest for a newcomer, of the longest source of its network', () => {
    const queue = new FairQueue<string>(4);
    for (const item of ['a1', 'a2', 'a3']) queue.push(place('flood', 'a'), item);
    queue.push(place('flood', 'b'), 'b1');
    expect(queue.hasCapacity(place('calm'))).toBe(true);
    expect(queue.push(place('calm'), 'c1')).toBe('a3');
    expect(drained(queue)).toEqual(['a1', 'c1', 'b1', 'a2']);
  });

  it('drops the newcomer when nobody has more', () => {
    const queue = new FairQueue<string>(2);
    queue.push(place('a'), 'a1');
    queue.push(place('b'), 'b1');
    expect(queue.hasCapacity(place('c'))).toBe(false);
    expect(queue.push(place('c'), 'c1')).toBe('c1');
    expect(queue.push(place('a'), 'a2')).toBe('a2');
    expect(drained(queue)).toEqual(['a1', 'b1']);
  });

  it('forgets who waits no longer', () => {
    const queue = new FairQueue<string>(2);
    queue.push(place('a'), 'a1');
    queue.push(place('a'), 'a2');
    queue.remove(place('a'), 'a1');
    queue.remove(place('a'), 'never there');
    expect(queue.push(place('b'), 'b1')).toBeNull();
    expect(drained(queue)).toEqual(['a2', 'b1']);
  });

  it('never holds more than it may, loses none, and keeps for each network what is its share', () => {
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(arrivals, (places) => {
        const queue = new FairQueue<string>(8);
        const dropped = places.flatMap(([network, source], index) => {
          const item = queue.push(
            place(`n${String(network)}`, `s${String(source)}`),
            `${String(network)} ${String(index)}`,
          );
          return item === null ? [] : [item];
        });
        const kept = drained(queue);
        expect(kept.length).toBe(Math.min(8, places.length));
        expect(new Set([...kept, ...dropped]).size).toBe(places.length);
        // Four networks share eight places: who asked for two or fewer has them all.
        for (const network of [0, 1, 2, 3]) {
          const asked = places.filter(([of]) => of === network).length;
          const has = kept.filter((item) => item.startsWith(`${String(network)} `)).length;
          expect(has).toBeGreaterThanOrEqual(Math.min(2, asked));
        }
      }),
    );
  });
});
