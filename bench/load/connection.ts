/** Keep-alive connection with at most one request in flight. */
import { connect, type Socket } from 'node:net';

export class Connection {
  private readonly socket: Socket;
  private readonly requests: readonly string[];
  private sent = 0;
  private received = '';

  /** `onAnswer` receives the status; `null` when the connection failed. */
  constructor(
    url: URL,
    credentials: readonly string[],
    private readonly onAnswer: (status: string | null) => void,
  ) {
    const start = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n`;
    this.requests = credentials.map((credential) => `${start}Authorization: Bearer ${credential}\r\n\r\n`);
    this.socket = connect(Number(url.port), url.hostname);
    this.socket.setNoDelay(true);
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: Buffer | string) => this.receive(chunk.toString()));
    this.socket.on('error', () => onAnswer(null));
    this.socket.on('end', () => onAnswer(null));
  }

  /** Whether every credential was used. */
  get hasPresentedAll(): boolean {
    return this.sent >= this.requests.length;
  }

  send(): void {
    this.socket.write(this.requests[this.sent % this.requests.length] ?? '');
    this.sent += 1;
  }

  /** Later responses are ignored. */
  end(): void {
    this.socket.removeAllListeners();
    this.socket.on('error', () => undefined);
    this.socket.destroy();
  }

  private receive(chunk: string): void {
    this.received += chunk;
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.received)?.[1]);
    if (this.received.length < head + 4 + length) return;
    const status = this.received.slice(9, 12);
    this.received = '';
    this.onAnswer(status);
  }
}
