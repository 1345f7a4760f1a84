/**
 * Proxy to the database that can become a black hole: nothing arrives and no side is told, as with a lost route or a
 * frozen host.
 */
import { afterAll } from '@jest/globals';
import { connect, createServer, type Server, type Socket } from 'node:net';

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

  /** URL of the target through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${String((this.server.address() as { port: number }).port)}`;
    return url.href;
  }

  swallow(): void {
    this.swallowing = true;
  }

  /** Makes the open connections silent for good; new ones work. */
  strand(): void {
    for (const socket of this.sockets) this.stranded.add(socket);
  }

  /** Ends the black hole. Its bytes are lost, so connections from before are useless; new ones work. */
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
