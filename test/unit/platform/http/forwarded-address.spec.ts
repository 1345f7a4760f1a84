import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressIn } from '../../../../src/platform/http/forwarded-address.js';
import { startEdge, type Edge } from '../../../support/http-edge.js';
import { RawConnection, requestText } from '../../../support/raw-connection.js';

describe('a forwarded address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:1234', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
    ['[::ffff:203.0.113.9]:80', '::ffff:203.0.113.9'],
    ['[fe80::1%eth0]:80', 'fe80::1%eth0'],
    ['203.0.113.9:', 'unknown'],
    ['203.0.113.9:123456', 'unknown'],
    ['203.0.113.9:x', 'unknown'],
    ['[203.0.113.9', 'unknown'],
    ['10.7', 'unknown'],
    ['012.0.0.7', 'unknown'],
    ['167772167', 'unknown'],
    ['_hidden', 'unknown'],
    ['\u00a010.0.0.7', 'unknown'],
    ['unknown', 'unknown'],
    ['example.test:80', 'unknown'],
  ])('in %s is %s', (forwarded, address) => {
    expect(addressIn(forwarded)).toBe(address);
  });
});

describe('the source of a forwarded request', () => {
  @Controller('source')
  class SourceController {
    @Get()
    show(@Req() { ip }: FastifyRequest): object {
      return { ip };
    }
  }

  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge([SourceController], { TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,2001:db8:a::/48' });
  });

  async function sourceBehind(...forwarded: string[]): Promise<unknown> {
    const client = await RawConnection.to(edge.port);
    const lines = forwarded.map((value) => `X-Forwarded-For: ${value}`);
    const [answer] = await client.send(requestText('GET', '/source', [...lines, 'Connection: close'])).answers(1);
    return answer?.status === 200 ? (JSON.parse(answer.body) as { ip: string }).ip : answer?.status;
  }

  it.each([
    ['is the client whose proxy is forwarded with a port', ['203.0.113.9, 10.0.0.7:443'], '203.0.113.9'],
    ['is the client whose proxies are forwarded with ports', ['203.0.113.9, 10.0.0.7:443, 10.0.0.8:1'], '203.0.113.9'],
    ['is the client behind a proxy of IPv6 with a port', ['203.0.113.9,[2001:db8:a::1]:443'], '203.0.113.9'],
    ['is the client behind an IPv4-mapped proxy', ['203.0.113.9, [::ffff:10.0.0.7]:443'], '203.0.113.9'],
    ['is the client without its port', ['198.51.100.1, 203.0.113.9:1234'], '203.0.113.9'],
    ['is the client of IPv6 without its port', ['[2001:db8::1]:443, 10.0.0.7'], '2001:db8::1'],
    ['is the right-most address that is no proxy', ['10.0.0.1, 198.51.100.1, 203.0.113.9, 10.0.0.7'], '203.0.113.9'],
    ['is read from all header lines', ['198.51.100.1', '203.0.113.9:1', '10.0.0.7:443'], '203.0.113.9'],
    ['is not what an empty entry says', ['203.0.113.9,, ,10.0.0.7:443,'], '203.0.113.9'],
    ['is unknown when no address was forwarded', ['203.0.113.9, unknown'], 400],
    ['is unknown when an address is garbled', ['203.0.113.9, 10.0.0.7:443:1'], 400],
    ['is unknown when a proxy is written as a number', ['203.0.113.9, 167772167'], 400],
    ['is unknown when a proxy is written in short', ['203.0.113.9, 10.7'], 400],
    ['is unknown behind white space that is none of HTTP', ['203.0.113.9, \u00a010.0.0.7'], 400],
    ['is the peer when nothing is forwarded', [], '127.0.0.1'],
  ])('%s', async (_, forwarded, source) => {
    expect(await sourceBehind(...forwarded)).toBe(source);
  });

  it('is the same in the log', async () => {
    await sourceBehind('203.0.113.77:4711, 10.0.0.7:443');
    const sources = edge.log.flatMap((text) => [...text.matchAll(/"ip":"([^"]*)"/g)].map(([, ip]) => ip));
    expect(sources.at(-1)).toBe('203.0.113.77');
  });
});
