import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EventEmitter } from 'node:events';
import { boundRequestsInFlight, uncountInFlight } from '../../../../src/platform/http/requests-in-flight.js';

type Hook = (request: FastifyRequest, reply: { raw: EventEmitter }, done: (error?: Error) => void) => void;

let hook: Hook;
beforeEach(() => {
  const server = { decorateRequest: () => undefined, addHook: (_: string, added: Hook) => (hook = added) };
  boundRequestsInFlight(server as unknown as FastifyInstance, 3);
});

interface Arrived {
  readonly request: FastifyRequest;
  readonly response: EventEmitter;
  readonly refusal: Error | undefined;
}

function arrive(ip: string): Arrived {
  const request = { ip, uncountInFlight: null } as FastifyRequest;
  const response = new EventEmitter();
  let refusal: Error | undefined;
  hook(request, { raw: response }, (error) => (refusal = error));
  return { request, response, refusal };
}

describe('requests in flight of one source', () => {
  it('are refused beyond the bound, and those of another source are not', () => {
    const three = [1, 2, 3].map(() => arrive('203.0.113.9'));
    expect(three.map(({ refusal }) => refusal)).toEqual([undefined, undefined, undefined]);
    expect(arrive('203.0.113.9').refusal).toMatchObject({ code: 'rate_limited', options: { retryAfterSeconds: 1 } });
    expect(arrive('203.0.113.10').refusal).toBeUndefined();
  });

  it('are those of a whole IPv6 network, and of an address however it is written', () => {
    for (const ip of ['2001:db8::1', '2001:db8::2', '2001:db8::3']) arrive(ip);
    expect(arrive('2001:db8::4').refusal).toMatchObject({ code: 'rate_limited' });
    for (const ip of ['203.0.113.9', '::ffff:203.0.113.9', '203.0.113.9']) arrive(ip);
    expect(arrive('::ffff:203.0.113.9').refusal).toMatchObject({ code: 'rate_limited' });
  });

  it('make room once each when they are answered or their client is gone', () => {
    const [first] = [1, 2, 3].map(() => arrive('203.0.113.9'));
    first?.response.emit('close');
    first?.response.emit('close');
    expect(arrive('203.0.113.9').refusal).toBeUndefined();
    expect(arrive('203.0.113.9').refusal).toMatchObject({ code: 'rate_limited' });
  });

  it('make room when they wait on purpose, and not a second time when they are answered', () => {
    const [first] = [1, 2, 3].map(() => arrive('203.0.113.9'));
    if (first) uncountInFlight(first.request);
    expect(arrive('203.0.113.9').refusal).toBeUndefined();
    first?.response.emit('close');
    expect(arrive('203.0.113.9').refusal).toMatchObject({ code: 'rate_limited' });
  });
});
