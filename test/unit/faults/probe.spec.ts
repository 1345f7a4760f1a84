import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Connection } from '../../../faults/connection.js';
import { probe } from '../../../faults/probe.js';

const STATUS_LINE = 'HTTP/1.1 200 OK\r\n';

describe('a probe', () => {
  let server: Server | undefined;
  afterEach(async () => {
    if (server) await new Promise((resolve) => server?.close(resolve));
  });

  async function outcomeWhere(answer: (socket: Socket) => void): Promise<{ outcome: string; status: number | null }> {
    server = createServer((socket) => socket.on('error', () => undefined).once('data', () => answer(socket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return outcomeAt((server.address() as AddressInfo).port);
  }

  async function outcomeAt(port: number): Promise<{ outcome: string; status: number | null }> {
    const connection = new Connection('a', port);
    const { outcome, status } = await probe(connection, '/', 'x');
    connection.close();
    return { outcome, status };
  }

  it.each([
    [200, 'accepted'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [503, 'unavailable'],
    [500, 'unexpected'],
    [204, 'unexpected'],
    [429, 'unexpected'],
  ])('answered %i is %s', async (status, outcome) => {
    const text = `HTTP/1.1 ${String(status)} X\r\ncontent-length: 0\r\n\r\n`;
    expect(await outcomeWhere((socket) => socket.end(text))).toEqual({ outcome, status });
  });

  it('whose connection ends without an answer is lost', async () => {
    expect(await outcomeWhere((socket) => socket.end())).toEqual({ outcome: 'lost', status: null });
  });

  it('whose connection is reset is lost', async () => {
    expect(await outcomeWhere((socket) => socket.resetAndDestroy())).toEqual({ outcome: 'lost', status: null });
  });

  it('whose connection ends within the status line is lost', async () => {
    expect(await outcomeWhere((socket) => socket.end('HTTP/1.1 200'))).toEqual({ outcome: 'lost', status: null });
  });

  it('whose connection ends after the status line counts by its status: an accept is an accept', async () => {
    expect(await outcomeWhere((socket) => socket.end(STATUS_LINE))).toEqual({ outcome: 'accepted', status: 200 });
  });

  it('that finds no process is unreachable', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    expect(await outcomeAt(port)).toEqual({ outcome: 'unreachable', status: null });
  });
});
