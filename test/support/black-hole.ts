/** A way to the database on which nothing arrives any more, and nobody is told: a lost route, a frozen host. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll } from '@jest/globals';

export class BlackHole {
  private readonly sockets = new Set<Socket>();
  private readonly stranded = new WeakSet<Socket>();
  private swallowing = false;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('connection', (client: Socket) => this.join(client));
    holes.push(this);
  }

  static async before(url: string): Promise<BlackHole> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new BlackHole(new URL(url), server);
  }

  /** The target's URL by this way. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${String((this.server.address() as { port: number }).port)}`;
    return url.href;
  }

  swallow(): void {
    this.swallowing = true;
  }

  /** The connections that there are fall silent for good; new ones are well. */
  strand(): void {
    for (const socket of this.sockets) this.stranded.add(socket);
  }

  /** What was swallowed is lost, so connections from before are of no use; new ones are. */
  release(): void {
    this.swallowing = false;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname);
    this.forward(client, upstream);
    this.forward(upstream, client);
  }

  private forward(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (bytes) => {
      if (!this.swallowing && !this.stranded.has(from)) to.write(bytes);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}

const holes: BlackHole[] = [];

afterAll(() => {
  for (const hole of holes.splice(0)) hole.close();
});
