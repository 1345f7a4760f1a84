/**
 * One round: some credentials are probed from all sides on warm connections, a fault begins, all are revoked at once,
 * and each is probed anew in the very moment its revocation is acknowledged. After the fault every instance has to give
 * a conclusive answer again, without a restart that was no part of the fault.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { History, Probe, Revocation } from './history.js';
import { probe } from './probe.js';
import type { Switchboard } from './switchboard.js';
import type { Case } from './verbs/case.js';
import type { Wire } from './wire.js';

/** The fault's part in a round; each step is awaited. */
export interface Fault {
  /** The instances that are asked to revoke; all of them by default. */
  readonly revokers?: readonly string[];
  /** After the first probes, before anything is revoked. */
  before?(): Promise<void> | void;
  /** When all revocations have just been sent. */
  sent?(): Promise<void> | void;
  /** Each time one is acknowledged, after the probes of that moment have been sent; with how many there were. */
  acknowledged?(count: number): void;
  /** When each revocation was answered or lost. Here the fault ends. */
  after?(): Promise<void> | void;
}

const WARMING_PROBES = 2;
/** After an acknowledgement, one after the other, on each of the wires that were kept for it. */
const BURST_PROBES = 4;
const BURST_WIRES = 2;
const LONGEST_PAUSE_MS = 40;
/** After a second in one round the pauses begin to grow. */
const SLOWING = 1_000 / LONGEST_PAUSE_MS;
/** A process that is not there refuses connections faster than anything answers. */
const AFTER_LOSS_MS = 200;
const RECOVERY_MS = 20_000;

export async function playRound(switchboard: Switchboard, cases: readonly Case[], fault: Fault): Promise<History[]> {
  const observations = cases.map((each) => new Observation(each, switchboard));
  try {
    await Promise.all(observations.map((each) => each.warm()));
    for (const each of observations) each.watch();
    await fault.before?.();
    let acknowledged = 0;
    const revoking = observations.map(async (each) => {
      const isAcknowledged = await each.revoke(fault.revokers);
      if (isAcknowledged) fault.acknowledged?.(++acknowledged);
    });
    await Promise.all([...revoking, fault.sent?.()]);
    await fault.after?.();
    return await Promise.all(observations.map((each) => each.finish()));
  } finally {
    for (const each of observations) each.close();
  }
}

class Observation {
  private readonly probes: Probe[] = [];
  private readonly pending: Promise<void>[] = [];
  private readonly borrowed: Wire[] = [];
  private readonly burstWires: readonly Wire[];
  private revocation: Revocation | null = null;
  private isOver = false;

  constructor(
    private readonly subject: Case,
    private readonly switchboard: Switchboard,
  ) {
    this.burstWires = Array.from({ length: BURST_WIRES }, () => this.onePerInstance()).flat();
  }

  /** Every instance has the credential in its memory now, if it has one, and every wire is connected. */
  async warm(): Promise<void> {
    await Promise.all(this.burstWires.map((wire) => this.probeOn(wire, WARMING_PROBES)));
  }

  /** From now on there is always a request under way to each instance, and one through the balancer. */
  watch(): void {
    const wires = [...this.onePerInstance(), this.borrow('front')];
    this.pending.push(...wires.map((wire) => this.probeUntilOver(wire)));
  }

  /** Whether it was acknowledged. The probes of that moment are on their way when this resolves. */
  async revoke(revokers?: readonly string[]): Promise<boolean> {
    if (!this.subject.revoke) return false;
    const wire = this.borrow(this.switchboard.pick(revokers));
    this.revocation = await this.subject.revoke(wire);
    this.pending.push(...this.burstWires.map((each) => this.probeOn(each, BURST_PROBES)));
    return this.revocation.end !== null;
  }

  async finish(): Promise<History> {
    this.isOver = true;
    await Promise.all(this.pending);
    await Promise.all(this.onePerInstance().map((wire) => this.probeUntilConclusive(wire)));
    for (const wire of this.borrowed.splice(0)) this.switchboard.giveBack(wire);
    const { subject, wasIssued, refusal } = this.subject;
    return { subject, wasIssued, refusal, revocation: this.revocation, probes: this.probes };
  }

  /** Ends what a round that failed left under way. */
  close(): void {
    this.isOver = true;
    for (const wire of this.borrowed) wire.close();
  }

  private async probeOn(wire: Wire, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) this.probes.push(await probe(wire, this.subject));
  }

  /** The longer it takes, the slower: a round that waits for a restart needs the processor for that. */
  private async probeUntilOver(wire: Wire): Promise<void> {
    for (const since = performance.now(); !this.isOver;) {
      const last = await probe(wire, this.subject);
      this.probes.push(last);
      await sleep(last.outcome === 'lost' ? AFTER_LOSS_MS : Math.random() * longestPause(performance.now() - since));
    }
  }

  private async probeUntilConclusive(wire: Wire): Promise<void> {
    const deadline = performance.now() + RECOVERY_MS;
    for (;;) {
      const last = await probe(wire, this.subject);
      this.probes.push(last);
      if (last.outcome === 'accepted' || last.outcome === 'refused') return;
      if (performance.now() > deadline) throw new Error(`${wire.instance} has not recovered: ${last.outcome}`);
      await sleep(LONGEST_PAUSE_MS);
    }
  }

  private onePerInstance(): Wire[] {
    return this.switchboard.instances.map((name) => this.borrow(name));
  }

  private borrow(name: string): Wire {
    const wire = this.switchboard.borrow(name);
    this.borrowed.push(wire);
    return wire;
  }
}

function longestPause(elapsedMs: number): number {
  return Math.max(LONGEST_PAUSE_MS, elapsedMs / SLOWING);
}
