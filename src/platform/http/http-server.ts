/**
 * Node's HTTP server, configured as Fastify would do it, with a throttle for each connection between socket and parser.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectionThrottle, type RequestHandler } from './connection-throttle.js';
import { EventLoopTurns } from './event-loop-turns.js';

/** The time to receive one whole request. A slower client occupies a socket on purpose. */
const REQUEST_TIMEOUT_MS = 30_000;
/** The time without a byte in either direction, as with a client that does not read its response. */
const CONNECTION_TIMEOUT_MS = 60_000;
/** The time between two requests. Longer than the idle timeout of common load balancers, which must close first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

const throttles = new WeakMap<Socket, ConnectionThrottle>();

export function httpServer(handle: RequestHandler): Server {
  // Node's own response to a missing Host has no headers and no body; `checkRequests` refuses the request instead.
  const server = createServer({ requireHostHeader: false, requestTimeout: REQUEST_TIMEOUT_MS });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.setTimeout(CONNECTION_TIMEOUT_MS);
  // Node would silently drop headers beyond 2,000; the total size of headers is limited to 16 KiB.
  server.maxHeadersCount = 0;
  const turns = new EventLoopTurns();
  server.on('connection', (socket) => throttles.set(socket, new ConnectionThrottle({ socket, handle, turns })));
  server.on('request', throttleRequest);
  // RFC 9110 section 10.1.1: an unsupported expectation may be ignored.
  server.on('checkExpectation', throttleRequest);
  return server;

  function throttleRequest(request: IncomingMessage, response: ServerResponse): void {
    throttles.get(request.socket)?.add(request, response);
  }
}

/** Calls `respond` after the responses to the connection's earlier requests. */
export function afterRequestsBefore(socket: Socket, respond: () => void): void {
  const throttle = throttles.get(socket);
  if (throttle) throttle.fail(respond);
  else respond();
}
