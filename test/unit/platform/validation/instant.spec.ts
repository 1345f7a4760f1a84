import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInstant } from '../../../../src/platform/validation/instant.js';

describe('an instant', () => {
  it.each([
    ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31t12:00:00z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00.123456789+02:00', '2030-01-31T10:00:00.123Z'],
    ['2028-02-29T00:00:00-11:30', '2028-02-29T11:30:00.000Z'],
  ])('%s is read', (text, instant) => {
    expect(parseInstant(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '2030-01-31T12:00:00',
    '2030-01-31',
    '2030-01-31 12:00:00Z',
    '2030-01-31T12:00Z',
    '2030-01-31T12:00:00+0200',
    '2030-01-31T12:00:00+24:00',
    '2030-01-31T24:00:00Z',
    '2030-01-31T12:60:00Z',
    '2030-02-30T12:00:00Z',
    '2030-02-29T12:00:00Z',
    '2030-13-01T12:00:00Z',
    '2030-00-01T12:00:00Z',
    '+12030-01-01T12:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00Z',
    '2030-01-31T12:00:00Z\n',
    '1893499200',
    'tomorrow',
    '',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('comes back from the form in which it is shown', () => {
    const dates = fc.date({ min: new Date('0001-01-01Z'), max: new Date('9999-12-31Z'), noInvalidDate: true });
    fc.assert(fc.property(dates, (date) => expect(parseInstant(date.toISOString())).toEqual(date)));
  });
});
