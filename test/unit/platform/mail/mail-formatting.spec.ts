import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plainName, utcMinute } from '../../../../src/platform/mail/mail-formatting.js';

describe('a name in a mail', () => {
  it.each([
    'Acme',
    'Acme: Tokens',
    'Acme, Inc.',
    "St. John's & Sons (2026)",
    'Zoë Müller-Lüdenscheidt',
    '分析エンジン',
    'شرکت نمونه',
    'प्रयोगशाला',
    'Dr. Who',
    'Room 101',
    'Webster',
    'Httpster',
  ])('%j stands as it is', (name) => expect(plainName(name)).toBe(name));

  it.each([
    'Your parcel is waiting: https://evil.example/pay',
    'evil.example',
    'evil.example/pay',
    'pay at evil.example now',
    'EVIL.EXAMPLE',
    'evil。example',
    'evil．example',
    'evil｡example',
    'evil․example',
    'evil⒈example',
    'bücher.example',
    'пример.рф',
    'www evil',
    'http evil',
    'hxxps evil',
    'https',
    'javascript:alert',
    'mailto:somebody',
    'me@evil.example',
    '@evil',
    '//evil/pay',
    'evil/pay',
    'evil\\pay',
    '192.168.0.1',
    '[::1]',
    'a\nb',
    'a\r\nBcc: b',
    'a\tb',
    'a\u2028b',
    'a\u202eb',
    '<a href>',
    '[click](evil)',
    '"Acme"',
    'Call +1 (800) 555-0100',
    'Call ١٢٣٤٥٦٧',
    '',
  ])('%j does not stand there', (name) => expect(plainName(name)).toBeNull());

  it('is shortened, by whole characters', () => {
    expect(plainName('𝒜'.repeat(100))).toBe(`${'𝒜'.repeat(59)}…`);
  });

  it('holds no dot, slash, colon or at-sign between other characters, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('.', '/', '@', '://', '．'), (text, sign) => {
        for (const name of [text, `evil${sign}example${text}`]) {
          const shown = plainName(name)?.normalize('NFKC') ?? '';
          expect(shown).not.toMatch(/[./:@\\]\S|[\p{Cc}<>"\u2028\u2029]/u);
        }
      }),
    );
  });
});

describe('an instant in a mail', () => {
  it('is absolute, in UTC, and never later than it is', () => {
    expect(utcMinute(new Date('2026-11-26T14:05:59.999Z'))).toBe('2026-11-26 14:05 UTC');
  });
});
