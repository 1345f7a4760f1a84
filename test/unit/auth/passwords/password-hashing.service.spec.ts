import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '../../../../config/app-config.js';
import { PasswordHashing } from '../../../../src/auth/passwords/password-hashing.service.js';

async function passwordsAtCost(bcryptCost: number): Promise<PasswordHashing> {
  const passwords = new PasswordHashing({ sessions: { bcryptCost } } as AppConfig);
  await passwords.onModuleInit();
  return passwords;
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

describe('passwords', () => {
  let passwords: PasswordHashing;

  beforeAll(async () => {
    passwords = await passwordsAtCost(4);
  });

  it.each([
    ['the same', 'a long enough pass phrase', true],
    ['another ending', 'a long enough pass phrasf', false],
    ['another case', 'A long enough pass phrase', false],
    ['a space more', 'a long enough pass phrase ', false],
  ])('match only what was hashed: %s', async (_, presented, expected) => {
    const hash = await passwords.hash('a long enough pass phrase');
    expect(await passwords.matches(presented, hash)).toBe(expected);
  });

  it('are read past the 72nd byte and past NUL, where bcrypt alone stops', async () => {
    const long = 'x'.repeat(72);
    expect(await passwords.matches(`${long}Y`, await passwords.hash(`${long}X`))).toBe(false);
    expect(await passwords.matches('head\0Y', await passwords.hash('head\0X'))).toBe(false);
  });

  it('never match nobody’s hash, nor an emptied one', async () => {
    expect(await passwords.matches('', null)).toBe(false);
    expect(await passwords.matches('a long enough pass phrase', '')).toBe(false);
  });

  it('cost the same to check for nobody as for somebody, at today’s cost', async () => {
    const dear = await passwordsAtCost(9);
    const hash = await dear.hash('a long enough pass phrase');
    const ratios: number[] = [];
    for (let round = 0; round < 21; round += 1) {
      const somebody = await timeMs(() => dear.matches('wrong', hash));
      ratios.push((await timeMs(() => dear.matches('wrong', null))) / somebody);
    }
    expect(median(ratios)).toBeGreaterThan(0.6);
    expect(median(ratios)).toBeLessThan(1.7);
  });

  it('are outdated when they were hashed at another cost', async () => {
    const hash = await passwords.hash('a long enough pass phrase');
    expect(passwords.isOutdated(hash)).toBe(false);
    expect((await passwordsAtCost(5)).isOutdated(hash)).toBe(true);
  });
});
