/**
 * HTTP/1.1 connection with one request in flight, and its exact times. `start` is taken before the bytes are given to
 * the kernel, `end` when the status line has been read. Both come from the process's monotonic clock.
 */
import { createConnection, type Socket } from 'node:net';
import type { Interval } from './history.js';
import { ResponseReader, type Response } from './http-response.js';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly credential?: string | undefined;
  readonly cookie?: string | undefined;
  readonly body?: object | undefined;
}

/** `response` is `null` when the connection broke, was refused, or delivered only a part in time. */
export interface Answer extends Interval {
  readonly response: Response | null;
  /** Status of the status line, which may arrive without the rest; `null` when it did not arrive. */
  readonly status: number | null;
  /** Whether a connection existed on which the request was sent. */
  readonly wasSent: boolean;
}

/** Longer than any fault, so that delayed responses are recorded too. */
const TIMEOUT_MS = 20_000;

export class Connection {
  private socket: Socket | null = null;
  private isBusy = false;

  constructor(
    readonly instance: string,
    private readonly port: number,
  ) {}

  /** Sends one request. The borrower uses the connection exclusively. */
  async send(request: Request): Promise<Answer> {
    if (this.isBusy) throw new Error('a request is under way on this connection');
    this.isBusy = true;
    try {
      return await this.sendAlone(request);
    } finally {
      this.isBusy = false;
    }
  }

  close(): void {
    this.socket?.destroy();
    this.socket = null;
  }

  private async sendAlone(request: Request): Promise<Answer> {
    const socket = this.socket?.writable === true ? this.socket : await this.connect();
    const start = performance.now();
    if (!socket) return { start, end: start, response: null, status: null, wasSent: false };
    return this.exchange(socket, request, start);
  }

  private connect(): Promise<Socket | null> {
    this.close();
    const socket = createConnection({ port: this.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(socket));
      // This listener stays: a connection that breaks between two requests is replaced at the next request.
      socket.on('error', () => resolve(null));
    });
  }

  private exchange(socket: Socket, request: Request, start: number): Promise<Answer> {
    return new Promise((resolve) => {
      const reader = new ResponseReader();
      let statusAt: number | null = null;
      const finish = (response: Response | null): void => {
        clearTimeout(timer);
        socket.off('data', onData).off('close', onClose);
        if (response?.keepsAlive !== true) this.close();
        resolve({ start, end: statusAt ?? performance.now(), response, status: reader.status, wasSent: true });
      };
      const onData = (chunk: Buffer): void => {
        const response = reader.add(chunk);
        if (reader.status !== null) statusAt ??= performance.now();
        if (response) finish(response);
      };
      const onClose = (): void => finish(null);
      const timer = setTimeout(onClose, TIMEOUT_MS);
      socket.on('data', onData).on('close', onClose);
      socket.write(textOf(request));
    });
  }
}

function textOf({ method, path, credential, cookie, body }: Request): string {
  const content = body === undefined ? '' : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost'];
  if (credential !== undefined) lines.push(`Authorization: Bearer ${credential}`);
  if (cookie !== undefined) lines.push(`Cookie: ${cookie}`);
  if (body !== undefined) lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(content)}`);
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}
