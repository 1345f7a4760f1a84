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
  readonly near: Socket;
  readonly far: Socket;
  /** `null` until the startup message. */
  name: string | null;
  /** Whether no byte passes any more, for good. */
  isFrozen: boolean;
  /** Resolves when the last response was forwarded: responses may be delayed and stay in order. */
  answered: Promise<void>;
}

const NONE: ConnectionFilter = () => false;

/** Treatment of new connections during a fault: forwarded, reset, or refused because nothing listens. */
type Door = 'open' | 'resetting' | 'closed';

export class DatabaseProxy {
  private readonly links = new Set<Link>();
  private holds: ConnectionFilter = NONE;
  private door: Door = 'open';
  private late: { readonly which: ConnectionFilter; readonly ms: number } = { which: NONE, ms: 0 };

  private constructor(
    private readonly server: Server,
    private targetPort: number,
    readonly port: number,
  ) {}

  static async open(targetPort: number): Promise<DatabaseProxy> {
    const server = createServer();
    const proxy = new DatabaseProxy(server, targetPort, await listenOnLoopback(server));
    server.on('connection', (near) => proxy.link(near));
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
      link.far.pause();
    }
  }

  /** Closes the server's ends silently, as if its machine lost power; the service's ends receive nothing. */
  halfOpen(): void {
    this.freeze();
    for (const { far } of this.links) far.destroy();
  }

  /** Ends every connection, and each new one, with an RST until `heal`. */
  reset(): void {
    this.door = 'resetting';
    for (const { near } of this.links) near.resetAndDestroy();
  }

  /** Closes the port: connections end, and the kernel refuses new ones until `heal`. */
  async shut(): Promise<void> {
    this.door = 'closed';
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const { near } of this.links) near.destroy();
    await closed;
  }

  /** Forwards to another server from the next connection on; connections to the old one end. */
  leadTo(targetPort: number): void {
    this.targetPort = targetPort;
    for (const { near } of this.links) near.destroy();
  }

  /** Forwards the held bytes now, and delayed responses at their time. */
  async heal(): Promise<void> {
    this.holds = NONE;
    this.late = { which: NONE, ms: 0 };
    if (this.door === 'closed') await listenOnLoopback(this.server, this.port);
    this.door = 'open';
    for (const link of this.links) {
      // The server must not wait for ever for connections that stay frozen.
      if (link.isFrozen) link.far.destroy();
      else setFlowing(link, true);
    }
  }

  cut(which: ConnectionFilter): void {
    for (const link of this.links) if (link.name !== null && which(link.name)) link.near.destroy();
  }

  /** Client ports under which PostgreSQL knows these connections. */
  clientPorts(which: ConnectionFilter): number[] {
    const links = [...this.links].filter(({ name }) => name !== null && which(name));
    return links.flatMap(({ far }) => far.localPort ?? []);
  }

  close(): void {
    this.server.close();
    for (const { near } of this.links) near.destroy();
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
      if (link.near.writable && !link.isFrozen) link.near.write(chunk);
    });
  }

  private link(near: Socket): void {
    if (this.door === 'resetting') {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = createConnection({ port: this.targetPort, host: '127.0.0.1', noDelay: true });
    const link: Link = { near, far, name: null, isFrozen: false, answered: Promise.resolve() };
    this.links.add(link);
    near.setNoDelay(true);
    near.on('data', (chunk) => {
      if (link.isFrozen) return;
      if (link.name === null) {
        link.name = applicationNameIn(chunk);
        if (this.isHeld(link)) {
          near.unshift(chunk);
          setFlowing(link, false);
          return;
        }
      }
      far.write(chunk);
    });
    far.on('data', (chunk) => this.answer(link, chunk));
    const end = (): void => {
      far.destroy();
      // A frozen connection sends nothing to the service; it ends when the service closes it.
      if (link.isFrozen && !near.destroyed) return;
      near.destroy();
      this.links.delete(link);
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  }
}

function setFlowing({ near, far }: Link, flows: boolean): void {
  for (const socket of [near, far]) {
    if (flows) socket.resume();
    else socket.pause();
  }
}

/** Parses the startup message: names and values, each terminated by a zero byte. */
function applicationNameIn(startup: Buffer): string {
  const words = startup.subarray(8).toString('utf8').split('\0');
  return words[words.indexOf('application_name') + 1] ?? '';
}
