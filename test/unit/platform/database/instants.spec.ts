import { describe, expect, it } from '@jest/globals';
import { comparableInstant, instantMs, rfc3339Instant } from '../../../../src/platform/database/instants.js';

describe('an instant as PostgreSQL writes it', () => {
  it.each([
    ['2026-05-01T12:00:00.123456+00:00', '2026-05-01T12:00:00.123Z'],
    ['2026-05-01 12:00:00.123456+00', '2026-05-01T12:00:00.123Z'],
    ['2026-05-01 12:00:00+05:30', '2026-05-01T06:30:00.000Z'],
    ['1900-01-01T00:19:32+00:19:32', '1900-01-01T00:00:00.000Z'],
    ['1899-12-31 19:03:58-04:56:02', '1900-01-01T00:00:00.000Z'],
    ['0044-03-15T12:00:00+00:00 BC', '-000043-03-15T12:00:00.000Z'],
    ['0099-01-01 00:00:00+00', '0099-01-01T00:00:00.000Z'],
    ['20000-01-01T00:00:00+00:00', '+020000-01-01T00:00:00.000Z'],
    ['294276-12-31T23:59:59+00:00', '+275760-09-13T00:00:00.000Z'],
    ['infinity', '+275760-09-13T00:00:00.000Z'],
    ['-infinity', '-271821-04-20T00:00:00.000Z'],
  ])('%s is compared as %s', (text, instant) => {
    expect(comparableInstant(text).toISOString()).toBe(instant);
  });

  it.each([
    ['2026-05-01 12:00:00.123456+00', '2026-05-01T12:00:00.123Z'],
    ['0044-03-15 12:00:00+00 BC', '0001-01-01T00:00:00.000Z'],
    ['-infinity', '0001-01-01T00:00:00.000Z'],
    ['20000-01-01 00:00:00+00', '9999-12-31T23:59:59.999Z'],
    ['infinity', '9999-12-31T23:59:59.999Z'],
  ])('%s is said as %s', (text, instant) => {
    expect(rfc3339Instant(text).toISOString()).toBe(instant);
  });

  it.each(['', '01.05.2026 12:00:00 UTC', '2026-05-01', 'Infinity', '2026-05-01T12:00:00'])('%j is none', (text) => {
    expect(instantMs(text)).toBeNaN();
    expect(comparableInstant(text).getTime()).toBeNaN();
    expect(() => rfc3339Instant(text)).toThrow('another style than ISO');
  });
});
