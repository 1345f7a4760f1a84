/**
 * The freshness fence: linearizable reads from local memory, as a consensus system serves a read index (Ongaro,
 * "Consensus: Bridging Theory and Practice", section 6.4). Before a response is sent, one statement on the primary
 * confirms that none of its facts has changed since they were cached.
 *
 * Why no stale credential is accepted: a request waits for a fence that *begins* after the request arrived. The fence's
 * snapshot therefore contains every revocation acknowledged before the request. Revocations missing in the previous
 * snapshot are in the fence's changes, and are evicted before any request is answered. One fence runs at a time,
 * applied whole, in order: a row read before a revocation cannot enter the cache after its eviction.
 *
 * One fence serves all requests that arrived meanwhile, so its cost does not grow with the load.
 */
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';
import { DatabaseClock } from '../platform/database/database-clock.service.js';
import type { Confirmed, Wanted } from './credential-facts.js';
import { DatabaseHistory } from './database-history.js';
import { MissingFacts, type FactCache, type LoadedFacts } from './fact-cache.js';
import type { FenceConnection } from './fence-connection.js';
import { loadedBy, type FenceRow } from './fence-row.js';
import { MAX_CHANGES } from './fence.sql.js';
import type { PendingVerification, PendingVerifications } from './pending-verifications.js';

/** The pause between a failed fence and the next one: long enough to spare a server that is starting. */
const RETRY_PAUSE_MS = 50;
/** The interval of deadline checks. A request that would be late at the next check fails at this one. */
const SWEEP_INTERVAL_MS = 25;

export class Fence implements OnApplicationShutdown {
  /** The previous fence's whole snapshot, or `null` when the cache is empty and any position is valid. */
  private position: string | null = null;
  private server: string | null = null;
  private log: string | null = null;
  private isRunning = false;
  private lastError: unknown = null;
  private readonly sweeper: NodeJS.Timeout;
  private readonly history = new DatabaseHistory();
  private readonly logger = new Logger(Fence.name);

  constructor(
    private readonly connection: FenceConnection,
    private readonly cache: FactCache,
    private readonly pending: PendingVerifications,
    private readonly clock = new DatabaseClock(),
  ) {
    this.sweeper = setInterval(() => {
      pending.expire(performance.now() + SWEEP_INTERVAL_MS, this.lastError);
    }, SWEEP_INTERVAL_MS).unref();
  }

  /**
   * Returns a credential's facts, confirmed by a fence that begins after this call. Rejects with `unavailable` when
   * none does in time.
   */
  confirm(wanted: Wanted): Promise<Confirmed> {
    const confirmed = this.pending.add(wanted);
    this.start();
    return confirmed;
  }

  /** Runs after the last response and not earlier: requests in flight still have to be verified. */
  onApplicationShutdown(): void {
    clearInterval(this.sweeper);
    this.connection.drop();
    this.pending.expire(Infinity, 'the service is stopping');
  }

  /** Begins after the present turn of the event loop, so that all requests read in it share the fence. */
  private start(): void {
    if (this.isRunning || this.pending.isEmpty) return;
    this.isRunning = true;
    setImmediate(() => {
      void this.run();
    });
  }

  private async run(): Promise<void> {
    const verifications = this.pending.takeAll();
    try {
      await this.confirmAll(verifications);
      this.lastError = null;
    } catch (error) {
      this.lastError = error;
      this.reset();
      for (const verification of verifications) this.pending.keep(verification);
      await setTimeout(RETRY_PAUSE_MS);
    }
    this.isRunning = false;
    this.start();
  }

  private async confirmAll(verifications: readonly PendingVerification[]): Promise<void> {
    // A lost connection may have hidden a failover: cached facts no longer belong to a position.
    if (!this.connection.isOpen || this.connection.isUnguarded) this.reset();
    const missing = new MissingFacts();
    for (const { wanted } of verifications) this.cache.collectMissing(wanted, missing);
    const row = await this.connection.run(this.position, missing);
    if (row.replica) throw new Error('the database is a replica: it cannot tell what the primary has revoked');
    this.warnOfAnotherHistory(row);
    const now = this.clock.advance(row.now);
    const loaded = loadedBy(row);
    this.apply(row, loaded);
    missing.subtract(loaded);
    for (const verification of verifications) this.settle(verification, missing, now);
  }

  /** Evicts changed facts, then adds loaded ones: both belong to the same snapshot. */
  private apply(row: FenceRow, loaded: LoadedFacts): void {
    const changes = row.changes ?? [];
    if (this.isBroken(row) || changes.length > MAX_CHANGES) this.cache.clear();
    else for (const [kind, id] of changes) this.cache.evict(kind, id);
    this.server = row.server;
    this.log = row.log;
    this.position = row.snapshot;
    this.cache.add(loaded);
  }

  private warnOfAnotherHistory({ server, snapshot }: FenceRow): void {
    const notice = this.history.follow({ server, snapshot, timeline: this.connection.timeline });
    if (notice !== null) this.logger.warn(notice);
  }

  /** Whether changes since the previous fence may be missing from the log. */
  private isBroken({ server, log, outdated }: FenceRow): boolean {
    return server !== this.server || log === null || log !== this.log || outdated !== false;
  }

  /**
   * Settles a pending verification. `absent` holds keys that this fence loaded and did not find: of the credential, or
   * of its owner. A missing owner occurs where foreign keys were not checked, as in the replication role; pending for
   * it would never end.
   */
  private settle(verification: PendingVerification, absent: MissingFacts, now: Date): void {
    if (verification.isSettled) return;
    const facts = this.cache.find(verification.wanted);
    if (facts) verification.confirm({ facts, now });
    else if (absent.includes(verification.wanted) || absent.includesOwnerOf(this.missingFor(verification)))
      verification.confirm({ facts: null, now });
    else this.pending.keep(verification);
  }

  private missingFor({ wanted }: PendingVerification): MissingFacts {
    const missing = new MissingFacts();
    this.cache.collectMissing(wanted, missing);
    return missing;
  }

  private reset(): void {
    this.position = null;
    this.cache.clear();
  }
}
