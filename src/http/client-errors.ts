/** Answers what never becomes a request: bytes that Node's HTTP parser refuses. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { PROBLEM_MEDIA_TYPE } from '../errors/problem.js';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_BY_CODE[error.code] ?? 400;
  const reason = STATUS_CODES[status] ?? 'Bad Request';
  const code = 'bad_request';
  const type = `urn:latchkey:problem:${code}`;
  const body = JSON.stringify({ type, title: reason, status, code, requestId: randomUUID() });
  const head = [
    `HTTP/1.1 ${String(status)} ${reason}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
