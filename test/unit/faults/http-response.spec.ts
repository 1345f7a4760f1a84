import { describe, expect, it } from '@jest/globals';
import { ResponseReader, type Response } from '../../../faults/http-response.js';

/** Feeds the bytes one by one, as the worst network would, and answers what came out. */
function read(text: string): Response[] {
  const reader = new ResponseReader();
  return [...Buffer.from(text)].flatMap((byte) => reader.add(Buffer.from([byte])) ?? []);
}

describe('the reader of responses', () => {
  it('reads a body of known length, in UTF-8', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n→')).toMatchObject([{ status: 200, body: '→' }]);
  });

  it('reads a chunked body', () => {
    const chunked =
      'HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n';
    expect(read(chunked)).toMatchObject([{ status: 401, body: 'abc0123456789' }]);
  });

  it('reads one response after another', () => {
    const empty = 'HTTP/1.1 204 No Content\r\n\r\n';
    const full = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}';
    expect(read(empty + full)).toMatchObject([
      { status: 204, body: '', keepsAlive: true },
      { status: 503, body: '{}', keepsAlive: false },
    ]);
  });

  it('keeps headers of one name apart', () => {
    const [response] = read('HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n');
    expect(response?.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)).toEqual([
      'a=1',
      'b=2',
    ]);
  });

  it('knows of the status line before it knows the rest', () => {
    const reader = new ResponseReader();
    reader.add(Buffer.from('HTTP/1.1 200 OK'));
    expect(reader.status).toBeNull();
    reader.add(Buffer.from('\r\n'));
    expect(reader.status).toBe(200);
  });
});
