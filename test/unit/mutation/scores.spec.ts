import { describe, expect, it } from '@jest/globals';
import { chanceOf, intervalOf } from '../../mutation/scores.js';

const part = (bar: number, killed: number, survived: number) => ({ bar, score: { killed, byTime: 0, survived } });

describe('the chance that a sample has so few killed', () => {
  it.each([
    [[part(50, 0, 2)], 0.25],
    [[part(50, 1, 1)], 0.75],
    [[part(50, 2, 0)], 1],
    [[part(50, 0, 1), part(90, 0, 1)], 0.05],
    [[part(50, 1, 0), part(90, 0, 1)], 0.55],
  ])('of %j is %d', (parts, chance) => {
    expect(chanceOf(parts)).toBeCloseTo(chance, 10);
  });

  it('is small for a sample of 40 that is far below its bars, and not for one that is near them', () => {
    expect(chanceOf([part(95, 6, 1), part(85, 20, 13)])).toBeLessThan(0.01);
    expect(chanceOf([part(95, 6, 1), part(85, 26, 7)])).toBeGreaterThan(0.05);
  });
});

it('estimates a score by an interval around it', () => {
  expect(intervalOf({ killed: 84, byTime: 1, survived: 15 })).toEqual(['76.7', '90.7']);
  expect(intervalOf({ killed: 0, byTime: 0, survived: 4 })[0]).toBe('0.0');
});
