import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEdge, type Edge } from '../../../support/http-edge.js';
import { RawConnection, requestText } from '../../../support/raw-connection.js';
import { until } from '../../../support/until.js';

const BIG = 'x'.repeat(100_000);
const JSON_LABEL = 'Content-Type: application/json';

/** How many handlers run now, have ever run at once, and were called. */
const work = { running: 0, most: 0, called: 0 };

@Controller('things')
class ThingsController {
  @Get('slow/:id')
  async slow(@Param('id') id: string): Promise<object> {
    work.running += 1;
    work.called += 1;
    work.most = Math.max(work.most, work.running);
    await sleep(2);
    work.running -= 1;
    return { id };
  }

  @Get('fast/:id')
  fast(@Param('id') id: string): object {
    work.called += 1;
    return { id };
  }

  @Get('stuck')
  async stuck(): Promise<object> {
    work.called += 1;
    await released;
    return {};
  }

  @Get('big')
  big(): object {
    work.called += 1;
    return { text: BIG };
  }

  @Post()
  echo(@Body() body: object): object {
    work.called += 1;
    return body;
  }
}

let release: () => void;
let released: Promise<void>;
let edge: Edge;
const sockets: Socket[] = [];

beforeAll(async () => {
  edge = await startEdge([ThingsController], { LOG_LEVEL: 'silent' });
  edge.nest.getHttpServer().on('connection', (socket: Socket) => sockets.push(socket));
});

beforeEach(() => {
  Object.assign(work, { running: 0, most: 0, called: 0 });
  released = new Promise((resolve) => (release = resolve));
  sockets.length = 0;
});

function many(count: number, text: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => text(index));
}

/** Ends the connection from the client's side, lets the stuck request go, and waits until the service has noticed. */
async function gone(client: RawConnection): Promise<void> {
  client.socket.resetAndDestroy();
  release();
  await until(() => sockets[0]?.destroyed === true);
}

const get = (target: string): string => requestText('GET', target);

describe('requests that one connection sends ahead of the answers', () => {
  it('are handled one at a time, and all are answered in their order', async () => {
    const client = await RawConnection.to(edge.port);
    const answers = await client.send(...many(300, (id) => get(`/things/slow/${String(id)}`))).answers(300);
    client.close();
    expect(answers.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual(many(300, String));
    expect(work).toMatchObject({ most: 1, called: 300 });
  });

  it('may have bodies of any size, be of any method, and be refused', async () => {
    const client = await RawConnection.to(edge.port);
    const body = JSON.stringify({ text: 'x'.repeat(30_000) });
    const round = [
      requestText('POST', '/things', [JSON_LABEL], body),
      requestText('HEAD', '/things/fast/1'),
      get('/nowhere'),
      get('/things/fast/%zz'),
      requestText('POST', '/things', [JSON_LABEL, 'Expect: 100-continue'], '{"a":1}'),
      get('/things/fast/2'),
    ];
    client.send(...many(20, () => round.join('')));
    // The answer to the expectation is one of its own.
    const answers = await client.answers(140, (index) => index % 7 === 1);
    client.close();
    const statuses = [201, 200, 404, 400, 100, 201, 200];
    expect(answers.map(({ status }) => status)).toEqual(many(20, () => '').flatMap(() => statuses));
    expect(answers.at(-7)?.body).toBe(body);
  });

  it('are answered also when the client has nothing more to send', async () => {
    const client = await RawConnection.to(edge.port);
    client.socket.end(many(100, (id) => get(`/things/slow/${String(id)}`)).join(''));
    expect(await client.answers(100)).toHaveLength(100);
  });

  it('do not keep another connection waiting', async () => {
    const [pipelining, idle] = [await RawConnection.to(edge.port), await RawConnection.to(edge.port)];
    const all = pipelining.send(...many(1_500, (id) => get(`/things/fast/${String(id)}`))).answers(1_500);
    await until(() => work.called > 0);
    const begun = work.called;
    await idle.send(get('/nowhere')).answers(1);
    // With a line of its own the other request is handled within a few rounds, and not after all 1,500.
    expect(work.called - begun).toBeLessThan(200);
    expect(await all).toHaveLength(1_500);
    for (const client of [pipelining, idle]) client.close();
  });

  it('are not even read while one is unanswered', async () => {
    const client = await RawConnection.to(edge.port);
    client.send(get('/things/stuck'), ...many(100_000, () => get('/things/fast/1')));
    await until(() => work.called === 1);
    await sleep(100);
    expect(work.called).toBe(1);
    expect(sockets[0]?.bytesRead).toBeLessThanOrEqual(256 * 1_024);
    expect(sockets[0]?.isPaused()).toBe(true);
    await gone(client);
  });

  it('are handled no further when the client is gone', async () => {
    const client = await RawConnection.to(edge.port);
    client.send(get('/things/stuck'), ...many(1_000, () => get('/things/fast/1')));
    await until(() => work.called === 1);
    await gone(client);
    // It is the first answer that does not reach it.
    expect(work.called).toBeLessThan(10);
  });

  it('are not handled after one that closes the connection', async () => {
    const client = await RawConnection.to(edge.port);
    const closing = requestText('GET', '/things/slow/1', ['Connection: close']);
    const answers = await client.send(get('/things/slow/0'), closing, get('/things/slow/2')).answers(3);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(work.called).toBe(2);
  });
});

describe('bytes that are no HTTP', () => {
  it('are refused after the requests before them are answered', async () => {
    const client = await RawConnection.to(edge.port);
    const answers = await client.send(...many(10, () => get('/things/slow/1')), 'GARBAGE\r\n\r\n').answers(12);
    expect(answers.map(({ status }) => status)).toEqual([...many(10, () => '').map(() => 200), 400]);
    expect(answers.at(-1)?.head).toMatch(/^x-content-type-options: nosniff$/im);
  });
});

describe('a body that never becomes whole', () => {
  const begun = (end: string): string =>
    ['POST /things HTTP/1.1', 'Host: x', JSON_LABEL, 'Transfer-Encoding: chunked', '', end].join('\r\n');

  it('because it breaks the framing is refused, after the requests before it are answered', async () => {
    const client = await RawConnection.to(edge.port);
    const answers = await client.send(get('/things/slow/1'), begun('5\r\n{"a":\r\nzz\r\n')).answers(2);
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(work.called).toBe(1);
  });

  it('because the client has ended is refused, and the connection closed', async () => {
    const client = await RawConnection.to(edge.port);
    client.send(begun('5\r\n{"a":\r\n')).socket.end();
    const answers = await client.answers(1);
    expect(answers.map(({ status }) => status)).toEqual([400]);
    await until(() => sockets[0]?.destroyed === true);
  });

  it('because it is too slow is answered, too', async () => {
    const client = await RawConnection.to(edge.port);
    client.send(begun('5\r\n{"a":\r\n'));
    await until(() => sockets.length === 1);
    await sleep(20);
    // What Node's server emits when the request has taken its 30 seconds.
    const tooSlow = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    edge.nest.getHttpServer().emit('clientError', tooSlow, sockets[0]);
    const answers = await client.answers(1);
    expect(answers.map(({ status }) => status)).toEqual([408]);
  });
});

describe('answers that nobody reads', () => {
  it('are in memory one at a time, and all arrive once they are read', async () => {
    const client = await RawConnection.to(edge.port);
    client.socket.pause();
    client.send(...many(300, () => get('/things/big')));
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, sockets[0]?.writableLength ?? 0)), 1);
    let called = -1;
    // Until the kernel takes no more of them.
    while (called !== work.called) {
      called = work.called;
      await sleep(200);
    }
    expect(called).toBeLessThan(300);
    expect(sockets[0]?.writableLength).toBeGreaterThan(0);
    client.socket.resume();
    expect(await client.answers(300)).toHaveLength(300);
    clearInterval(watch);
    expect(most).toBeLessThan(BIG.length + 4_096);
    client.close();
  });
});

describe('a connection with one request at a time', () => {
  it('is served again and again, also by chunks that cut its requests anywhere', async () => {
    const client = await RawConnection.to(edge.port);
    for (const body of ['{"a":1}', JSON.stringify({ text: BIG.slice(0, 60_000) })]) {
      const text = requestText('POST', '/things', [JSON_LABEL], body);
      const answered = client.answers(1);
      for (let from = 0; from < text.length; from += 7_001) {
        client.send(text.slice(from, from + 7_001));
        await sleep(1);
      }
      expect((await answered)[0]).toMatchObject({ status: 201, body });
    }
    client.socket.end();
    await once(client.socket, 'close');
  });
});
