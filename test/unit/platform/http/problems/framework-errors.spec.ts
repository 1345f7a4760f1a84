import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { connect } from 'node:net';
import { startEdge, type Edge } from '../../../../support/http-edge.js';

@Controller('things')
class ThingsController {
  @Get('last')
  last(@Headers('x-last') last: string): object {
    return { last };
  }

  @Get(':id')
  find(@Param('id') id: string, @Query() query: object): object {
    return { id, query };
  }
}

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge([ThingsController]);
});

/** Sends bytes as they are; HTTP clients would correct them. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(edge.port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('end', () => {
      resolve(answer);
    });
    socket.on('error', reject);
  });
}

function get(target: string, ...headers: string[]): Promise<string> {
  return exchange([`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n'));
}

function problemIn(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}

describe('a request that no route sees', () => {
  it.each([
    ['an unknown path', '/nowhere?secret=1', 404, 'not_found'],
    ['broken percent encoding', '/things/%zz', 400, 'bad_request'],
    ['percent-encoded bytes that are no UTF-8', '/things/%ff', 400, 'bad_request'],
    ['an over-long parameter', `/things/${'a'.repeat(201)}`, 404, 'not_found'],
    ['NUL in its path', '/things/%00', 404, 'not_found'],
    ['NUL in its query', '/things/1?a=%00', 422, 'validation_failed'],
    ['NUL in the name of a query parameter', '/things/1?a%00=1', 422, 'validation_failed'],
  ])('for %s is answered with a problem', async (_, target, status, code) => {
    const answer = await get(target);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(problemIn(answer)).toMatchObject({ code, status, requestId: expect.any(String) });
    expect(problemIn(answer)).not.toHaveProperty('message');
  });

  it('for its over-long headers is answered 431', async () => {
    const answer = await get('/things/1', `x-long: ${'x'.repeat(17 * 1024)}`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(problemIn(answer)).toMatchObject({ status: 431, code: 'bad_request' });
  });

  it('for not being HTTP is answered 400', async () => {
    const answer = await exchange('GARBAGE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('for its missing Host is answered 400', async () => {
    const answer = await exchange('GET /things/1 HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('for an expectation that nobody understands is served', async () => {
    expect(await get('/things/1', 'Expect: the-best')).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each(['TRACE', 'PUT', 'QUERY'])('for the method %s is refused', async (method) => {
    const answer = await exchange(`${method} /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(problemIn(answer)).toMatchObject({ code: expect.any(String) });
  });
});

describe('a request with thousands of headers', () => {
  it('is read to the last of them', async () => {
    const fillers = Array.from({ length: 2_500 }, () => 'a: ');
    const answer = await get('/things/last', ...fillers, 'X-Last: seen');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(problemIn(answer)).toMatchObject({ last: 'seen' });
  });
});

describe('query parameters', () => {
  it('never reach a prototype', async () => {
    const answer = await get('/things/1?__proto__=x&constructor[prototype][x]=1');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('and paths of unknown routes stay out of the log', async () => {
    await get('/things/1?access_token=canary-1');
    await get('/canary-2/x?access_token=canary-3');
    await get('/things/canary-4', 'Authorization: Bearer canary-5', 'Cookie: canary-6', 'X-Access-Key: canary-7');
    await get('/%zz-canary-8');
    expect(edge.log.join('')).not.toContain('canary');
    expect(edge.log.join('')).toContain('"route":"/things/:id"');
  });
});

describe('the request id', () => {
  it('is never taken from the client', async () => {
    const answer = await get('/things/1', 'X-Request-Id: forged', 'Request-Id: forged');
    expect(answer).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/i);
    expect(answer + edge.log.join('')).not.toContain('forged');
  });
});
