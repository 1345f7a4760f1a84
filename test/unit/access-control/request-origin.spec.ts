import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { originOf } from '../../../src/access-control/current-caller.decorator.js';

function ipFrom(ip: string): string {
  return originOf({ ip, headers: {}, id: 'request', routeOptions: {} } as unknown as FastifyRequest).ip;
}

describe('the source of a request', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is noted as %s, which the database can store', (ip, noted) => {
    expect(ipFrom(ip)).toBe(noted);
  });

  it('keeps no more than 400 characters of what the client calls itself', () => {
    const headers = { 'user-agent': 'x'.repeat(1000) };
    const { userAgent } = originOf({
      ip: '192.0.2.1',
      headers,
      id: 'request',
      routeOptions: {},
    } as unknown as FastifyRequest);
    expect(userAgent).toHaveLength(400);
  });
});
