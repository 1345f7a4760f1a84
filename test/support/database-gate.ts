/** Proxy to the database that a test can close: then connections break and new ones are refused. */
import { afterAll } from '@jest/globals';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class DatabaseGate {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly target: URL,
    private port = 0,
  ) {}

  static async before(url: string): Promise<DatabaseGate> {
    const gate = new DatabaseGate(new URL(url));
    await gate.open();
    gates.push(gate);
    return gate;
  }

  /** URL of the target through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${String(this.port)}`;
    return url.href;
  }

  /** Listens on the same port as before. */
  async open(): Promise<void> {
    const server = createServer((client) => this.join(client));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
    this.server = server;
  }

  async shut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}

const gates: DatabaseGate[] = [];

afterAll(async () => {
  for (const gate of gates.splice(0)) await gate.shut();
});
