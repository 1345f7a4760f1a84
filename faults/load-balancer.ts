/** Round-robin load balancer of connections without health checks: it tries the next instance when one refuses. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { listenOnLoopback } from '../harness/ports.js';

export class LoadBalancer {
  private next = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly number[],
    readonly port: number,
  ) {}

  static async open(targets: readonly number[]): Promise<LoadBalancer> {
    const server = createServer();
    const front = new LoadBalancer(server, targets, await listenOnLoopback(server));
    server.on('connection', (near) => front.forward(near, targets.length));
    return front;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private forward(near: Socket, attempts: number): void {
    const port = this.targets[this.next++ % this.targets.length] ?? 0;
    const far = createConnection({ port, host: '127.0.0.1', noDelay: true });
    this.keep(near);
    this.keep(far);
    const onRefusal = (): void => {
      if (attempts > 1) this.forward(near, attempts - 1);
      else near.destroy();
    };
    far.once('error', onRefusal);
    far.once('connect', () => {
      far.off('error', onRefusal);
      near.pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
  }

  private keep(socket: Socket): void {
    if (this.sockets.has(socket)) return;
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}
