/**
 * Network proxy between one service process and PostgreSQL. Connections are told apart by the application name in their
 * startup message, so that a fault can affect verification alone.
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../harness/ports.js';

/** Selects connections by their application name. */
export type ConnectionFilter = (applicationName: string) => boolean;

export const everyConnection: ConnectionFilter = () => true;
/** The service's own pool is called `latchkey`; connections for verification have a longer name. */
export const verificationConnections: ConnectionFilter = (name) => name.startsWith('latchkey-');

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** `null` until the startup message. */
  name: string | null;
  /** Whether no byte passes any more, for good. */
  isFrozen: boolean;
  /** Resolves when the last response was forwarded: responses may be delayed and stay in order. */
  answered: Promise<void>;
}

const NONE: ConnectionFilter = () => false;

/** Treatment of new connections during a fault: forwarded, reset, or refused because nothing listens. */
type ListenMode = 'open' | 'resetting' | 'closed';

export class DatabaseProxy {
  private readonly links = new Set<Link>();
  private holds: ConnectionFilter = NONE;
  private listenMode: ListenMode = 'open';
  private late: { readonly which: ConnectionFilter; readonly ms: number } = { which: NONE, ms: 0 };

  private constructor(
    private readonly server: Server,
    private targetPort: number,
    readonly port: number,
  ) {}

  static async open(targetPort: number): Promise<DatabaseProxy> {
    const server = createServer();
    const proxy = new DatabaseProxy(server, targetPort, await listenOnLoopback(server));
    server.on('connection', (client) => proxy.link(client));
    return proxy;
  }

  /** Black hole: open and new connections stay, and no byte passes in either direction until `heal`. */
  hold(which: ConnectionFilter): void {
    this.holds = which;
    for (const link of this.links) if (this.isHeld(link)) setFlowing(link, false);
  }

  /** Delays PostgreSQL's responses from now on; queries arrive without delay. */
  delayAnswers(which: ConnectionFilter, ms: number): void {
    this.late = { which, ms };
  }

  /** Permanent black hole for the connections open now; new ones work. */
  freeze(): void {
    for (const link of this.links) {
      link.isFrozen = true;
      link.server.pause();
    }
  }

  /** Closes the server's ends silently, as if its machine lost power; the service's ends receive nothing. */
  halfOpen(): void {
    this.freeze();
    for (const { server } of this.links) server.destroy();
  }

  /** Ends every connection, and each new one, with an RST until `heal`. */
  reset(): void {
    this.listenMode = 'resetting';
    for (const { client } of this.links) client.resetAndDestroy();
  }

  /** Closes the port: connections end, and the kernel refuses new ones until `heal`. */
  async shut(): Promise<void> {
    this.listenMode = 'closed';
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const { client } of this.links) client.destroy();
    await closed;
  }

  /** Forwards to another server from the next connection on; connections to the old one end. */
  redirectTo(targetPort: number): void {
    this.targetPort = targetPort;
    for (const { client } of this.links) client.destroy();
  }

  /** Forwards the held bytes now, and delayed responses at their time. */
  async heal(): Promise<void> {
    this.holds = NONE;
    this.late = { which: NONE, ms: 0 };
    if (this.listenMode === 'closed') await listenOnLoopback(this.server, this.port);
    this.listenMode = 'open';
    for (const link of this.links) {
      // The server must not wait for ever for connections that stay frozen.
      if (link.isFrozen) link.server.destroy();
      else setFlowing(link, true);
    }
  }

  cut(which: ConnectionFilter): void {
    for (const link of this.links) if (link.name !== null && which(link.name)) link.client.destroy();
  }

  /** Client ports under which PostgreSQL knows these connections. */
  clientPorts(which: ConnectionFilter): number[] {
    const links = [...this.links].filter(({ name }) => name !== null && which(name));
    return links.flatMap(({ server }) => server.localPort ?? []);
  }

  close(): void {
    this.server.close();
    for (const { client } of this.links) client.destroy();
  }

  private isHeld({ name }: Link): boolean {
    return name !== null && this.holds(name);
  }

  private answer(link: Link, chunk: Buffer): void {
    const { which, ms } = this.late;
    const dueAt = performance.now() + (link.name !== null && which(link.name) ? ms : 0);
    link.answered = link.answered.then(async () => {
      const left = dueAt - performance.now();
      if (left > 0) await sleep(left);
      if (link.client.writable && !link.isFrozen) link.client.write(chunk);
    });
  }

  private link(client: Socket): void {
    if (this.listenMode === 'resetting') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = createConnection({ port: this.targetPort, host: '127.0.0.1', noDelay: true });
    const link: Link = { client, server, name: null, isFrozen: false, answered: Promise.resolve() };
    this.links.add(link);
    client.setNoDelay(true);
    client.on('data', (chunk) => {
      if (link.isFrozen) return;
      if (link.name === null) {
        link.name = applicationNameIn(chunk);
        if (this.isHeld(link)) {
          client.unshift(chunk);
          setFlowing(link, false);
          return;
        }
      }
      server.write(chunk);
    });
    server.on('data', (chunk) => this.answer(link, chunk));
    const end = (): void => {
      server.destroy();
      // A frozen connection sends nothing to the service; it ends when the service closes it.
      if (link.isFrozen && !client.destroyed) return;
      client.destroy();
      this.links.delete(link);
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
  }
}

function setFlowing({ client, server }: Link, flows: boolean): void {
  for (const socket of [client, server]) {
    if (flows) socket.resume();
    else socket.pause();
  }
}

/** Parses the startup message: names and values, each terminated by a zero byte. */
function applicationNameIn(startup: Buffer): string {
  const words = startup.subarray(8).toString('utf8').split('\0');
  return words[words.indexOf('application_name') + 1] ?? '';
}
