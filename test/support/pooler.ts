/**
 * Connection pooler like PgBouncer, as far as clients notice. It accepts the startup parameters that it knows and
 * refuses others. In transaction mode it assigns a server process to a transaction and not to a connection.
 *
 * It opens no connections to the server itself: each client's login makes one, which all clients share in transaction
 * mode.
 */
import { afterAll } from '@jest/globals';
import { connect, createServer, type Server, type Socket } from 'node:net';

export type PoolMode = 'session' | 'transaction';

/** Parameters that PgBouncer 1.18 tracks. `options` is not among them. */
const KNOWN = new Set([
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

export class Pooler {
  /** Names of the refused parameters. */
  readonly refused: string[] = [];
  private readonly sockets = new Set<Socket>();
  /** Server connections outside a transaction; the last one freed is the next one used. */
  private readonly free: ServerConnection[] = [];
  private readonly queue: ((free: ServerConnection) => void)[] = [];

  private constructor(
    private readonly target: URL,
    private readonly mode: PoolMode,
    private readonly server: Server,
  ) {
    server.on('connection', (client: Socket) => this.greet(client));
    poolers.push(this);
  }

  static async before(url: string, mode: PoolMode): Promise<Pooler> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Pooler(new URL(url), mode, server);
  }

  /** URL of the target through this pooler. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${String((this.server.address() as { port: number }).port)}`;
    return url.href;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private greet(client: Socket): void {
    this.keep(client);
    client.once('data', (startup: Buffer) => {
      const unknown = parameterNames(startup).find((name) => !KNOWN.has(name.toLowerCase()));
      if (unknown === undefined) this.join(client, startup);
      else this.refuse(client, unknown);
    });
  }

  private refuse(client: Socket, parameter: string): void {
    this.refused.push(parameter);
    const fields = ['SFATAL', 'C08P01', `Munsupported startup parameter: ${parameter}`, ''];
    const body = Buffer.from(`${fields.join('\0')}\0`);
    const head = Buffer.alloc(5);
    head.write('E');
    head.writeInt32BE(body.length + 4, 1);
    client.end(Buffer.concat([head, body]));
  }

  private join(client: Socket, startup: Buffer): void {
    let held: ServerConnection | null = this.open(startup);
    const serve = (server: ServerConnection): void => {
      held = server;
      server.onBytes = (bytes, isIdle) => {
        client.write(bytes);
        if (!isIdle || this.mode === 'session') return;
        held = null;
        this.give(server);
      };
    };
    serve(held);
    client.on('data', (bytes) => {
      if (held) held.socket.write(bytes);
      else
        this.take((server) => {
          serve(server);
          server.socket.write(bytes);
        });
    });
    client.on('close', () => held?.socket.destroy());
    held.socket.on('close', () => this.mode === 'session' && client.destroy());
  }

  private open(startup: Buffer): ServerConnection {
    const socket = connect(Number(this.target.port), this.target.hostname);
    this.keep(socket);
    socket.write(startup);
    return new ServerConnection(socket);
  }

  private take(use: (free: ServerConnection) => void): void {
    const server = this.free.pop();
    if (server) use(server);
    else this.queue.push(use);
  }

  private give(server: ServerConnection): void {
    const next = this.queue.shift();
    if (next) next(server);
    else this.free.push(server);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** Parses a server's messages only to detect the end of a transaction. */
class ServerConnection {
  onBytes: (bytes: Buffer, isIdle: boolean) => void = () => undefined;
  private unread = Buffer.alloc(0);

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => this.onBytes(bytes, this.endsIdle(bytes)));
  }

  private endsIdle(bytes: Buffer): boolean {
    this.unread = Buffer.concat([this.unread, bytes]);
    let isIdle = false;
    while (this.unread.length >= 5) {
      const length = 1 + this.unread.readInt32BE(1);
      if (this.unread.length < length) return false;
      isIdle = this.unread[0] === READY_FOR_QUERY && this.unread[5] === IDLE;
      this.unread = this.unread.subarray(length);
    }
    return isIdle && this.unread.length === 0;
  }
}

/**
 * Parameter names of a StartupMessage: its length, the protocol's version, then pairs of names and values, each
 * terminated by NUL.
 */
function parameterNames(startup: Buffer): string[] {
  return startup
    .subarray(8)
    .toString('utf8')
    .split('\0')
    .filter((text, index) => index % 2 === 0 && text !== '');
}

const poolers: Pooler[] = [];

afterAll(() => {
  for (const pooler of poolers.splice(0)) pooler.close();
});
