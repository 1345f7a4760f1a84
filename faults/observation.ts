/** Observation of one credential during one round, on connections that are open before the round begins. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionPool } from './connection-pool.js';
import type { Connection } from './connection.js';
import type { History, Probe, Revocation } from './history.js';
import { probe } from './probe.js';
import type { Case } from './revocations/revocation-case.js';

const WARMING_PROBES = 2;
/** Probes after an acknowledgement, one after the other, on each of the connections reserved for them. */
const BURST_PROBES = 4;
const MAX_PAUSE_MS = 40;
/** After a second in one round the pauses begin to grow. */
const PAUSE_GROWTH = 1_000 / MAX_PAUSE_MS;
/** Pause after a refused connection, which is faster than any response. */
const AFTER_LOSS_MS = 200;
const RECOVERY_MS = 20_000;

/** Connection with the route that is requested on it. */
interface RouteConnection {
  readonly connection: Connection;
  readonly path: string;
}

export class Observation {
  private readonly probes: Probe[] = [];
  private readonly pending: Promise<void>[] = [];
  private readonly borrowed: Connection[] = [];
  private readonly burstLines: readonly RouteConnection[];
  private revocation: Revocation | null = null;
  private isOver = false;
  private isSilent: boolean;

  /** `silent` names the instances that get no probe until `endSilence`. */
  constructor(
    private readonly subject: Case,
    private readonly pool: ConnectionPool,
    private readonly silent: readonly string[],
  ) {
    // Two routes on each instance: one that responds from the principal alone, and one that queries the database.
    this.burstLines = [...this.onePerInstance(subject.principalPath), ...this.onePerInstance(subject.path)];
    this.isSilent = silent.length > 0;
  }

  /** Afterwards every instance has the credential in its fact cache, if it has one, and every connection is open. */
  async warm(): Promise<void> {
    await Promise.all(this.burstLines.map((line) => this.probeOn(line, WARMING_PROBES)));
  }

  /** Keeps one request in flight to each instance, and one through the load balancer, from now on. */
  watch(): void {
    const loud = this.pool.instances.filter((name) => !this.isSilent || !this.silent.includes(name));
    this.pending.push(...loud.map((name) => this.probeUntilOver(this.line(name, this.subject.principalPath))));
    if (!this.isSilent) this.watchBalancer();
  }

  /** Sends the bursts that the silent instances have missed, and continues with all probes. */
  endSilence(): void {
    if (!this.isSilent) return;
    this.isSilent = false;
    if (this.revocation) this.burst(({ connection }) => this.silent.includes(connection.instance));
    const { principalPath } = this.subject;
    this.pending.push(...this.silent.map((name) => this.probeUntilOver(this.line(name, principalPath))));
    this.watchBalancer();
  }

  /** Returns whether it was acknowledged. The probes after the acknowledgement have been sent when this resolves. */
  async revoke(revokers?: readonly string[]): Promise<boolean> {
    if (!this.subject.revoke) return false;
    const connection = this.borrow(this.pool.pick(revokers));
    this.revocation = await this.subject.revoke(connection);
    this.burst(({ connection }) => !this.isSilent || !this.silent.includes(connection.instance));
    return this.revocation.end !== null;
  }

  /** Resolves when every instance has accepted or refused on the route that queries the database. */
  async finish(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.pending);
    await Promise.all(this.onePerInstance(this.subject.path).map((line) => this.probeUntilConclusive(line)));
    for (const connection of this.borrowed.splice(0)) this.pool.giveBack(connection);
  }

  /** Ends the requests in flight of a failed round, and returns the history so far. */
  close(): History {
    this.isOver = true;
    const { subject, wasIssued, refusal } = this.subject;
    const undoneFrom = this.subject.undoneFrom?.();
    const seen = { revocation: this.revocation, probes: [...this.probes] };
    for (const connection of this.borrowed) connection.close();
    return { subject, wasIssued, refusal, undoneFrom, ...seen };
  }

  private burst(concerns: (line: RouteConnection) => boolean): void {
    this.pending.push(...this.burstLines.filter(concerns).map((line) => this.probeOn(line, BURST_PROBES)));
  }

  private watchBalancer(): void {
    this.pending.push(this.probeUntilOver(this.line('front', this.subject.path)));
  }

  private async probeOn(line: RouteConnection, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) await this.probe(line);
  }

  /** Pauses grow with time: a round that waits for a restart must leave the processor to it. */
  private async probeUntilOver(line: RouteConnection): Promise<void> {
    for (const since = performance.now(); !this.isOver;) {
      const { outcome } = await this.probe(line);
      const isLost = outcome === 'lost' || outcome === 'unreachable';
      await sleep(isLost ? AFTER_LOSS_MS : Math.random() * longestPause(performance.now() - since));
    }
  }

  private async probeUntilConclusive(line: RouteConnection): Promise<void> {
    const deadline = performance.now() + RECOVERY_MS;
    for (;;) {
      const { outcome } = await this.probe(line);
      if (outcome === 'accepted' || outcome === 'refused') return;
      if (performance.now() > deadline) throw new Error(`${line.connection.instance} has not recovered: ${outcome}`);
      await sleep(MAX_PAUSE_MS);
    }
  }

  private async probe({ connection, path }: RouteConnection): Promise<Probe> {
    const seen = await probe(connection, path, this.subject.credential);
    this.probes.push(seen);
    return seen;
  }

  private onePerInstance(path: string): RouteConnection[] {
    return this.pool.instances.map((name) => this.line(name, path));
  }

  private line(name: string, path: string): RouteConnection {
    return { connection: this.borrow(name), path };
  }

  private borrow(name: string): Connection {
    const connection = this.pool.borrow(name);
    this.borrowed.push(connection);
    return connection;
  }
}

function longestPause(elapsedMs: number): number {
  return Math.max(MAX_PAUSE_MS, elapsedMs / PAUSE_GROWTH);
}
