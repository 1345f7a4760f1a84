/** Raw connection that sends bytes unchanged and parses HTTP/1.1 responses; HTTP clients would not pipeline. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export class RawConnection {
  private received = '';

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
  }

  static async to(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(...requests: string[]): this {
    this.socket.write(requests.join(''), 'latin1');
    return this;
  }

  /**
   * Returns the first `count` responses, or fewer when the connection ends before. `isHead` must mark responses to
   * HEAD.
   */
  async answers(count: number, isHead: (index: number) => boolean = () => false): Promise<Answer[]> {
    const answers: Answer[] = [];
    const collect = (): void => {
      for (let answer = this.take(isHead(answers.length)); answer; answer = this.take(isHead(answers.length))) {
        answers.push(answer);
      }
    };
    await new Promise<void>((resolve) => {
      this.socket.on('data', (text: string) => {
        this.received += text;
        collect();
        if (answers.length >= count) resolve();
      });
      this.socket.once('close', () => resolve());
    });
    this.socket.removeAllListeners('data');
    return answers;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(isHead: boolean): Answer | null {
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return null;
    const head = this.received.slice(0, headEnd);
    const length = isHead ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.received.length < end) return null;
    const body = this.received.slice(headEnd + 4, end);
    this.received = this.received.slice(end);
    return { status: Number(head.slice(9, 12)), head, body };
  }
}

/** Returns the text of one request to the host `x`. */
export function requestText(method: string, target: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${String(Buffer.byteLength(body))}`];
  return [`${method} ${target} HTTP/1.1`, 'Host: x', ...headers, ...length, '', body].join('\r\n');
}
