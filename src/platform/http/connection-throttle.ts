/**
 * The requests of one connection, handled one at a time and in order. HTTP/1.1 lets a client send requests ahead of the
 * answers (pipelining, RFC 9112 section 9.3.2). Node parses a whole chunk of them and hands all over at once: 64 KiB of
 * the smallest requests are 2,500 of them, before anybody else is served.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Turns } from './event-loop-turns.js';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What is parsed at once: at most 40 requests, as the smallest one has 26 bytes. Most requests fit as a whole. */
const SLICE_BYTES = 1_024;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface LineOptions {
  readonly socket: Socket;
  readonly handle: RequestHandler;
  readonly turns: Turns;
}

/**
 * Stands between a socket and Node's parser. While a parsed request waits for its turn, no further byte is parsed and the
 * socket is not read, so that TCP slows the client down. The next request is handled when the kernel has taken the whole
 * answer before: of a client that reads nothing, one answer is in memory.
 */
export class ConnectionLine {
  private readonly waiting: Exchange[] = [];
  private served: Exchange | null = null;
  private readonly socket: Socket;
  private readonly handle: RequestHandler;
  private readonly turns: Turns;
  private readonly parse: (chunk: Buffer) => void;
  private readonly endParsing: () => void;
  private isHeld = false;
  private isEnded = false;
  private isBroken = false;
  private answerFailure: (() => void) | null = null;

  /** For a socket that Node's HTTP server has just set up. */
  constructor({ socket, handle, turns }: LineOptions) {
    this.socket = socket;
    this.handle = handle;
    this.turns = turns;
    this.parse = takeOver(socket, 'data');
    this.endParsing = takeOver(socket, 'end');
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.end());
    socket.on('close', () => (this.waiting.length = 0));
  }

  /** A request whose headers are complete. */
  add(request: IncomingMessage, response: ServerResponse): void {
    if (this.served || this.waiting.length > 0) this.waiting.push({ request, response });
    else this.serve(request, response);
  }

  /** Handles the next request, unless an answer before it has closed the connection. */
  takeTurn(): void {
    const next = this.isClosed ? undefined : this.waiting.shift();
    if (next === undefined) {
      this.waiting.length = 0;
      return;
    }
    if (this.waiting.length === 0) this.readOn();
    if (this.answerFailure && !next.request.complete) this.answerFailure();
    else this.serve(next.request, next.response);
  }

  /**
   * Bytes came that are no HTTP, or none for too long: `answer` is called after the answers to what came before. A request
   * whose body was not complete is not waited for, because it waits for its body.
   */
  fail(answer: () => void): void {
    this.isBroken = true;
    if ((this.served && !this.waitsForBody) || this.waiting.length > 0) this.answerFailure = answer;
    else answer();
  }

  private get isClosed(): boolean {
    return this.socket.destroyed || this.socket.writableEnded;
  }

  private get waitsForBody(): boolean {
    return this.served !== null && !this.served.request.complete && !this.served.response.headersSent;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.served = { request, response };
    response.on('close', this.onAnswered);
    this.handle(request, response);
  }

  /** Node emits `close` once the answer was handed to the kernel, or the connection was lost. */
  private readonly onAnswered = (): void => {
    this.served = null;
    if (this.waiting.length > 0) {
      this.turns.take(this.socket.remoteAddress ?? '', this);
      return;
    }
    if (this.answerFailure) this.answerFailure();
    else if (this.isEnded) this.endParsing();
  };

  private receive(chunk: Buffer): void {
    if (this.isBroken) {
      // What follows bytes that the parser has refused is no HTTP either.
      if (!this.answerFailure) this.socket.destroy();
    } else if (this.waiting.length > 0) {
      this.hold(chunk);
    } else {
      const rest = this.parseInSlices(chunk);
      if (this.waiting.length > 0 || rest) this.hold(rest);
    }
  }

  /** Answers what is not parsed yet, because something waits or because Node paused the socket. */
  private parseInSlices(chunk: Buffer): Buffer | undefined {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      if (this.isBroken || this.isClosed) return undefined;
      if (this.waiting.length > 0 || (from > 0 && this.socket.isPaused())) return chunk.subarray(from);
      this.parse(chunk.length > SLICE_BYTES ? chunk.subarray(from, from + SLICE_BYTES) : chunk);
    }
    return undefined;
  }

  private hold(rest: Buffer | undefined): void {
    this.isHeld = true;
    this.socket.pause();
    if (rest) this.socket.unshift(rest);
  }

  private readOn(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.socket.resume();
  }

  /** Node aborts what is unanswered when the client has sent its last byte; what was sent before is answered first. */
  private end(): void {
    this.isEnded = true;
    if (this.waiting.length === 0) this.endParsing();
  }
}

/** Node's parser hangs on these events of a socket. Its listener is taken off, to be called when the line wants it. */
function takeOver(socket: Socket, event: 'data' | 'end'): (chunk?: Buffer) => void {
  const listener = socket.listeners(event).at(-1) as (chunk?: Buffer) => void;
  socket.removeListener(event, listener);
  return listener.bind(socket);
}
