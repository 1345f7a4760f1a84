import { describe, expect, it } from '@jest/globals';
import { passwordFault } from '../../../src/auth/password-policy.js';

const OWNER = { email: 'grace.okonkwo@umbrella-works.test', name: 'Grace Okonkwo' };

function ruleOf(password: string): string | null {
  return passwordFault(password, OWNER)?.rule ?? null;
}

describe('the password policy', () => {
  it.each([
    ['common_password', 'passwordpassword'],
    ['common_password', 'PassWordPassword'],
    ['common_password', 'momsanaladventure'],
    ['common_password', 'ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ'],
    ['common_password', '!!!! password !!!!'],
    ['common_password', 'qwerty-123456789'],
    ['common_password', '123456789012345'],
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
    'a'.repeat(15),
    'abcdefghijklmnopqrst',
    'test-password-123',
    'grace-is-away-today',
  ])('has nothing against %s', (password) => {
    expect(ruleOf(password)).toBeNull();
  });
});
