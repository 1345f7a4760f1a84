import { describe, expect, it } from '@jest/globals';
import { passwordFault } from '../../../src/auth/password-policy.js';

const OWNER = { email: 'grace.okonkwo@umbrella-works.test', name: 'Grace Okonkwo' };

function ruleOf(password: string): string | null {
  return passwordFault(password, OWNER)?.rule ?? null;
}

describe('the password policy', () => {
  it.each([
    ['common_password', 'passwordpassword'],
    ['common_password', 'PASSWORD12345678'],
    ['common_password', 'momsanaladventure'],
    ['common_password', 'ｐａｓｓｗｏｒｄ１２３４５６７８'],
    ['common_password', '!!!! password !!!!'],
    ['common_password', 'iloveyou-monkey-1'],
    ['repeated_pattern', 'aaaaaaaaaaaaaaa'],
    ['repeated_pattern', 'abcdabcdabcdabcd'],
    ['sequence', '123456789012345'],
    ['sequence', 'zyxwvutsrqponmlk'],
    ['sequence', 'qwertzuiopasdfg'],
    ['context_words', 'Latchkey-2026-07'],
    ['context_words', 'grace.okonkwo.1'],
    ['context_words', 'grace.okonkwo@umbrella-works.test'],
    ['context_words', 'umbrella-works.test'],
  ])('refuses as %s: %s', (rule, password) => {
    expect(ruleOf(password)).toBe(rule);
  });

  it.each([
    'ambertrombonepelican',
    'plover gannet heron',
    'a long enough pass phrase 42',
    'correcthorsebatterystaple',
    '482719305512847',
    'kZ7$wQ2!mV9@xT4',
    '()[]{}<>/\\|~^*+=',
    'горизонт событий рядом',
    '🦊'.repeat(64),
    'a'.repeat(73),
  ])('has nothing against %s', (password) => {
    expect(ruleOf(password)).toBeNull();
  });

  it('takes no time worth naming for the longest password', () => {
    const start = performance.now();
    for (let index = 0; index < 50; index += 1) ruleOf(`${'password'.repeat(16).slice(0, 126)}${String(index + 10)}`);
    expect((performance.now() - start) / 50).toBeLessThan(50);
  });
});
