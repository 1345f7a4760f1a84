/** Node's HTTP server as Fastify would make it, with a line for each connection between the socket and the parser. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectionLine, type RequestHandler } from './connection-throttle.js';
import { Turns } from './event-loop-turns.js';

/** To receive one whole request; a slower client is holding a socket on purpose. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Without a byte in either direction, such as a client that does not read its answer. */
const CONNECTION_TIMEOUT_MS = 60_000;
/** Between two requests. Longer than the idle time of common load balancers, which must be the first to close. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

const lines = new WeakMap<Socket, ConnectionLine>();

export function httpServer(handle: RequestHandler): Server {
  // Node's own answer to a missing Host has no headers and no body; `checkRequests` refuses it instead.
  const server = createServer({ requireHostHeader: false, requestTimeout: REQUEST_TIMEOUT_MS });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.setTimeout(CONNECTION_TIMEOUT_MS);
  // Node would drop what exceeds 2,000, unseen; the size of all headers together is limited to 16 KiB.
  server.maxHeadersCount = 0;
  const turns = new Turns();
  server.on('connection', (socket) => lines.set(socket, new ConnectionLine({ socket, handle, turns })));
  server.on('request', lineUp);
  // RFC 9110 section 10.1.1: an expectation that is not understood may be ignored.
  server.on('checkExpectation', lineUp);
  return server;

  function lineUp(request: IncomingMessage, response: ServerResponse): void {
    lines.get(request.socket)?.add(request, response);
  }
}

/** Calls `answer` when its turn has come, after the answers to the requests before it. */
export function afterRequestsBefore(socket: Socket, answer: () => void): void {
  const line = lines.get(socket);
  if (line) line.fail(answer);
  else answer();
}
