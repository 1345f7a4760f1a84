/**
 * The throttle of one connection: its requests are handled one at a time and in order. HTTP/1.1 lets a client send
 * requests ahead of the responses (pipelining, RFC 9112 section 9.3.2). Node parses a whole chunk and emits all its
 * requests at once: 64 KiB pause 2,500 of the smallest, before another connection is served.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { EventLoopTurns } from './event-loop-turns.js';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The number of bytes parsed at once: at most 40 requests, as the smallest one has 26 bytes. Most requests fit whole.
 */
const SLICE_BYTES = 1_024;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface ThrottleOptions {
  readonly socket: Socket;
  readonly handle: RequestHandler;
  readonly turns: EventLoopTurns;
}

/**
 * The throttle between a socket and Node's parser. While a parsed request waits, no further byte is parsed and the
 * socket is not read, so that TCP slows the client down. The next request is handled when the kernel has taken the
 * whole previous response. For a client that reads nothing, one response is in memory.
 */
export class ConnectionThrottle {
  private readonly waiting: Exchange[] = [];
  private served: Exchange | null = null;
  private readonly socket: Socket;
  private readonly handle: RequestHandler;
  private readonly turns: EventLoopTurns;
  private readonly parse: (chunk: Buffer) => void;
  private readonly endParsing: () => void;
  private isPaused = false;
  private isEnded = false;
  private isBroken = false;
  private respondToFailure: (() => void) | null = null;

  /** Takes a socket that Node's HTTP server has just set up. */
  constructor({ socket, handle, turns }: ThrottleOptions) {
    this.socket = socket;
    this.handle = handle;
    this.turns = turns;
    this.parse = takeListener(socket, 'data');
    this.endParsing = takeListener(socket, 'end');
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.end());
    socket.on('close', () => (this.waiting.length = 0));
  }

  /** Adds a request whose headers are complete. */
  add(request: IncomingMessage, response: ServerResponse): void {
    if (this.served || this.waiting.length > 0) this.waiting.push({ request, response });
    else this.serve(request, response);
  }

  /** Handles the next request, unless an earlier response has closed the connection. */
  takeTurn(): void {
    const next = this.isClosed ? undefined : this.waiting.shift();
    if (next === undefined) {
      this.waiting.length = 0;
      return;
    }
    if (this.waiting.length === 0) this.resume();
    if (this.respondToFailure && !next.request.complete) this.respondToFailure();
    else this.serve(next.request, next.response);
  }

  /**
   * Handles a parser error or a timeout: `respond` is called after the responses to earlier requests. A request with an
   * incomplete body does not delay it, because that body will never come.
   */
  fail(respond: () => void): void {
    this.isBroken = true;
    if ((this.served && !this.waitsForBody) || this.waiting.length > 0) this.respondToFailure = respond;
    else respond();
  }

  private get isClosed(): boolean {
    return this.socket.destroyed || this.socket.writableEnded;
  }

  private get waitsForBody(): boolean {
    return this.served !== null && !this.served.request.complete && !this.served.response.headersSent;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.served = { request, response };
    response.on('close', this.onResponseClosed);
    this.handle(request, response);
  }

  /** Node emits `close` once the response was passed to the kernel, or the connection was lost. */
  private readonly onResponseClosed = (): void => {
    this.served = null;
    if (this.waiting.length > 0) {
      this.turns.take(this.socket.remoteAddress ?? '', this);
      return;
    }
    if (this.respondToFailure) this.respondToFailure();
    else if (this.isEnded) this.endParsing();
  };

  private receive(chunk: Buffer): void {
    if (this.isBroken) {
      // Bytes after a parser error are not HTTP either.
      if (!this.respondToFailure) this.socket.destroy();
    } else if (this.waiting.length > 0) {
      this.pause(chunk);
    } else {
      const rest = this.parseInSlices(chunk);
      if (this.waiting.length > 0 || rest) this.pause(rest);
    }
  }

  /** Returns the unparsed rest, when a request waits or Node paused the socket. */
  private parseInSlices(chunk: Buffer): Buffer | undefined {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      if (this.isBroken || this.isClosed) return undefined;
      if (this.waiting.length > 0 || (from > 0 && this.socket.isPaused())) return chunk.subarray(from);
      this.parse(chunk.length > SLICE_BYTES ? chunk.subarray(from, from + SLICE_BYTES) : chunk);
    }
    return undefined;
  }

  private pause(rest: Buffer | undefined): void {
    this.isPaused = true;
    this.socket.pause();
    if (rest) this.socket.unshift(rest);
  }

  private resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.socket.resume();
  }

  /** Node aborts unanswered requests when the client has sent its last byte; the throttle answers them first. */
  private end(): void {
    this.isEnded = true;
    if (this.waiting.length === 0) this.endParsing();
  }
}

/** Removes the listener of Node's parser from the socket's event and returns it. The throttle calls it instead. */
function takeListener(socket: Socket, event: 'data' | 'end'): (chunk?: Buffer) => void {
  const listener = socket.listeners(event).at(-1) as (chunk?: Buffer) => void;
  socket.removeListener(event, listener);
  return listener.bind(socket);
}
