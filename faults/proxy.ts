/**
 * The network between one service process and PostgreSQL. Connections are told apart by the application name in their
 * first message, so that a fault can hit verification alone.
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../harness/ports.js';

/** Which connections a fault is about, by their application name. */
export type ConnectionFilter = (applicationName: string) => boolean;

export const everyConnection: ConnectionFilter = () => true;
/** The service's own pool is called `latchkey`; what verification rests on bears a longer name. */
export const verificationConnections: ConnectionFilter = (name) => name.startsWith('latchkey-');

interface Link {
  readonly near: Socket;
  readonly far: Socket;
  /** `null` until the first message. */
  name: string | null;
  /** Whether no byte will ever pass again. */
  isFrozen: boolean;
  /** Resolves when the last answer has been passed on: answers may be late, and stay in order. */
  answered: Promise<void>;
}

const NONE: ConnectionFilter = () => false;

/** What becomes of a new connection while a fault lasts: passed on, reset, or refused because nothing listens. */
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

  /** A black hole: connections stay open, also new ones, and no byte passes in either direction until `heal`. */
  hold(which: ConnectionFilter): void {
    this.holds = which;
    for (const link of this.links) if (this.isHeld(link)) setFlowing(link, false);
  }

  /** What PostgreSQL answers from now on arrives late, while questions reach it at once. */
  delayAnswers(which: ConnectionFilter, ms: number): void {
    this.late = { which, ms };
  }

  /** A black hole for good, and only for the connections of this moment: new ones are as usual. */
  freeze(): void {
    for (const link of this.links) {
      link.isFrozen = true;
      link.far.pause();
    }
  }

  /** The server's ends are gone, as after its machine has lost power, and the service's ends do not hear of it. */
  halfOpen(): void {
    this.freeze();
    for (const { far } of this.links) far.destroy();
  }

  /** Ends every connection with an RST, and each new one, until `heal`. */
  reset(): void {
    this.door = 'resetting';
    for (const { near } of this.links) near.resetAndDestroy();
  }

  /** Nothing listens on the port any more: connections end, and new ones are refused by the kernel, until `heal`. */
  async shut(): Promise<void> {
    this.door = 'closed';
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const { near } of this.links) near.destroy();
    await closed;
  }

  /** Leads to another server from the next connection on; those to the old one end. */
  leadTo(targetPort: number): void {
    this.targetPort = targetPort;
    for (const { near } of this.links) near.destroy();
  }

  /** What was held arrives now, and what is late arrives in its time. */
  async heal(): Promise<void> {
    this.holds = NONE;
    this.late = { which: NONE, ms: 0 };
    if (this.door === 'closed') await listenOnLoopback(this.server, this.port);
    this.door = 'open';
    for (const link of this.links) {
      // The server must not wait for ever for those that never thaw.
      if (link.isFrozen) link.far.destroy();
      else setFlowing(link, true);
    }
  }

  cut(which: ConnectionFilter): void {
    for (const link of this.links) if (link.name !== null && which(link.name)) link.near.destroy();
  }

  /** The client ports under which PostgreSQL knows these connections. */
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
      // A frozen connection tells the service nothing; it ends when the service gives it up.
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

/** From the startup message: names and values, each ended by a zero byte. */
function applicationNameIn(startup: Buffer): string {
  const words = startup.subarray(8).toString('utf8').split('\0');
  return words[words.indexOf('application_name') + 1] ?? '';
}
