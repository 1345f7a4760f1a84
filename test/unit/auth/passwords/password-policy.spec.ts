import { describe, expect, it } from '@jest/globals';
import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { passwordFault } from '../../../../src/auth/passwords/password-policy.js';

const OWNER = {
  email: 'grace.okonkwo@umbrella-works.test',
  name: 'Grace Okonkwo',
  organizations: ['Tyrell Corporation', 'tyrell-corp'],
};

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
    ['common_password', 'password1234567'],
    ['common_password', 'P@ssw0rd12345678'],
    ['common_password', 'Password123456!'],
    ['common_password', 'letmeinletmeinletmein'],
    ['common_password', 'footballbaseball'],
    ['common_password', 'dragonmonkeyqwerty'],
    ['common_password', 'drowssapdrowssap'],
    ['common_password', '1qaz2wsx3edc4rfv'],
    ['repeated_pattern', 'aaaaaaaaaaaaaaa'],
    ['repeated_pattern', ' '.repeat(20)],
    ['repeated_pattern', '\u00a0'.repeat(20)],
    ['repeated_pattern', 'abcabcabcabcabc'],
    ['repeated_pattern', 'aaaaaaaabbbbbbbb'],
    ['repeated_pattern', 'a'.repeat(64)],
    ['repeated_pattern', 'ж'.repeat(40)],
    ['repeated_pattern', '1-1-1-1-1-1-1-1-1'],
    ['sequence', 'abcdefghijklmnopqrst'],
    ['sequence', 'ZYXWVUTSRQPONMLKJ'],
    ['sequence', '987654321098765'],
    ['dates', '2026-07-01 2027-08-02'],
    ['dates', '19841203 19920417'],
    ['context_words', 'Latchkey-2026-07'],
    ['context_words', 'L4tchk3y-2026-07'],
    ['context_words', 'yekhctal-2026-07'],
    ['context_words', 'grace.okonkwo.1'],
    ['context_words', 'okonkwo GRACE 2026'],
    ['context_words', '0k0nkw0 gr@ce 1!'],
    ['context_words', 'grace.okonkwo@umbrella-works.test'],
    ['context_words', 'umbrella-works.test'],
    ['context_words', 'tyrell-corp-2026'],
    ['context_words', 'corporation tyrell'],
  ])('refuses as %s: %s', (rule, password) => {
    expect(ruleOf(password)).toBe(rule);
  });

  it.each([
    '111111111111111',
    '112233445566778899',
    'qwertyuiopasdfgh',
    'zxcvbnmasdfghjkl',
    '!@#$%^&*()_+!@#$',
    'Summer2026Summer2026',
    '1990-01-01 1990-01-01',
    'aaaaaaaaaaaaaaab',
    'aabbccddeeffgghh',
    'aAbBcCdDeEfFgGhH',
    'a1b2c3d4e5f6g7h8',
    '00112233445566778899',
    'pаsswоrd1234567',
    'pässwörd1234567',
    'grаce.оkonkwo.1',
    '😀'.repeat(15),
    '😀😁'.repeat(8),
    '👍🏻'.repeat(8),
    '👩‍💻'.repeat(6),
    'password'.repeat(16),
    `${'a'.repeat(64)}${'b'.repeat(64)}`,
  ])('refuses, by whatever rule: %s', (password) => {
    expect(ruleOf(password)).toEqual(expect.any(String));
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
    'Schmidt wandert gern durch Nebelwälder',
    '😀🚀🐙🌵🎲🧀🦊📎🪐🎹🧊🥝🦉🚲🎈',
    '🦊'.repeat(64),
    'test-password-123',
    'grace-is-away-today',
    'correct staple '.repeat(9).slice(0, 128),
    `${'a'.repeat(96)}correct horse battery staple`,
  ])('has nothing against %s', (password) => {
    expect(ruleOf(password)).toBeNull();
  });

  it('takes four random words, joined in any way', () => {
    const word = fc.constantFrom(...dictionary['diceware-common']).filter((each) => each.length > 3);
    const words = fc.noBias(fc.uniqueArray(word.map(String), { minLength: 4, maxLength: 4 }));
    fc.assert(
      fc.property(words, fc.constantFrom(' ', '-', ''), (parts, separator) => ruleOf(parts.join(separator)) === null),
      { numRuns: 300 },
    );
  });

  it('takes fifteen random characters', () => {
    const sign = fc.noBias(fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)));
    const signs = fc.array(sign, { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(signs, (each) => ruleOf(each.join('')) === null),
      { numRuns: 300 },
    );
  });

  it('refuses every common password that is followed by counting', () => {
    const common = fc.constantFrom(...dictionary['passwords-common'].slice(0, 5_000)).map(String);
    fc.assert(
      fc.property(common, (word) => ruleOf(word + '123456789012345'.slice(0, Math.max(2, 15 - word.length))) !== null),
      { numRuns: 300 },
    );
  });
});
