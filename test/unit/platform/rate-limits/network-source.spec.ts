import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf, siteOf, sourceOf } from '../../../../src/platform/rate-limits/network-source.js';

describe('the source of a request', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['::FFFF:1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %j is %j', (ip, source) => {
    expect(sourceOf(ip)).toBe(source);
  });

  it('is one for all of an IPv6 /64, and another for the next', () => {
    const tail = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(tail, (parts) => {
        const host = parts.map((part) => part.toString(16)).join(':');
        expect(sourceOf(`2001:db8:1:2:${host}`)).toBe('2001:db8:1:2::/64');
        expect(sourceOf(`2001:db8:1:3:${host}`)).toBe('2001:db8:1:3::/64');
      }),
    );
  });
});

describe('the network of a request', () => {
  it.each([
    ['1.2.3.4', '1.2.3.0/24', null],
    ['::ffff:1.2.3.4', '1.2.3.0/24', null],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', '2001:db8:1::/48'],
    ['2001:0db8:0001:ffff::', '2001:db8:1::/48', '2001:db8:1::/48'],
    ['unknown', 'unknown', null],
  ])('of %j is %j, and its site %j', (ip, network, site) => {
    expect([networkOf(ip), siteOf(ip)]).toEqual([network, site]);
  });
});
