import { describe, expect, it } from '@jest/globals';
import { addressIn } from '../../../src/http/forwarded-address.js';

describe('a forwarded address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:1234', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
    ['unknown', 'unknown'],
    ['example.test:80', 'unknown'],
  ])('in %s is %s', (forwarded, address) => {
    expect(addressIn(forwarded)).toBe(address);
  });
});
