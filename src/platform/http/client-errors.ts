/** Responses to bytes that Node's HTTP parser refuses, and that therefore never become a request. */
import type { ConnectionError } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { afterRequestsBefore } from './http-server.js';
import { PROBLEM_MEDIA_TYPE } from './problems/problem.js';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/**
 * Responds after the responses to earlier requests of the connection: a client assigns responses to its requests in
 * order.
 */
export function answerClientError(error: ConnectionError, socket: Socket, headers: Record<string, string>): void {
  afterRequestsBefore(socket, () => respond(error, socket, headers));
}

function respond(error: ConnectionError, socket: Socket, headers: Record<string, string>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_BY_CODE[error.code] ?? 400;
  const reason = STATUS_CODES[status] ?? 'Bad Request';
  const code = 'bad_request';
  const requestId = randomUUID();
  const body = JSON.stringify({ type: `urn:latchkey:problem:${code}`, title: reason, status, code, requestId });
  const head = Object.entries({
    ...headers,
    'content-type': `${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    // There is no request with an origin to check.
    vary: 'Origin',
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${String(status)} ${reason}`, ...head, '', body].join('\r\n'));
}
