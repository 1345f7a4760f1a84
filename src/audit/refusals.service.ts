/**
 * Records refused permissions in the audit trail: the first of a kind at once, its repetitions as one event per window.
 * That event has their number and the first and last instant. A killed process loses only the counts of the open
 * window.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { userOf } from '../access-control/principal.js';
import { databaseTime } from '../platform/database/database-time.js';
import { Transactions, type Tx } from '../platform/database/transactions.service.js';
import { safeMessageOf } from '../platform/logging/safe-message.js';
import { actorOf } from './actor.js';
import { AuditTrail } from './audit-trail.service.js';
import { RefusalsBuffer, type Refusal, type RefusalSummary } from './refusals.buffer.js';

const INTERVAL_MS = 10_000;

@Injectable()
export class RefusalsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RefusalsService.name);
  private readonly buffer = new RefusalsBuffer();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.summarise());
    }, INTERVAL_MS).unref();
  }

  /** Runs after the last response, while the ORM is still connected. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
    await this.summarise({ all: true });
  }

  /** Records the refusal, in a transaction of its own: there is no change that it could belong to. */
  async record(refusal: Refusal): Promise<void> {
    if (!this.buffer.note(refusal, performance.now())) return;
    try {
      await this.transactions.run((tx) => this.write(tx, refusal, {}));
    } catch (error) {
      this.buffer.retract(refusal);
      throw error;
    }
  }

  /** Writes the summaries of refusals since the last call; with `all`, also of open windows. */
  async summarise({ all = false } = {}): Promise<void> {
    for (const summary of this.buffer.take(performance.now(), { all })) {
      try {
        await this.transactions.run((tx) => this.writeSummary(tx, summary));
      } catch (error) {
        this.buffer.putBack(summary);
        this.logger.warn(`Refusals could not be summarised and are kept: ${safeMessageOf(error)}`);
      }
    }
  }

  /**
   * Writes one summary. The instants are by the database's clock: the process's monotonic clock only measures their
   * age.
   */
  private async writeSummary(tx: Tx, { refusal, count, firstAtMs, lastAtMs, routes }: RefusalSummary): Promise<void> {
    const nowMs = (await databaseTime(tx)).getTime();
    const instant = (atMs: number): string => new Date(nowMs - (performance.now() - atMs)).toISOString();
    const details = { count, firstAt: instant(firstAtMs), lastAt: instant(lastAtMs) };
    await this.write(tx, refusal, routes.length > 1 ? { ...details, routes } : details);
  }

  private async write(tx: Tx, { permission, caller, organizationId }: Refusal, details: object): Promise<void> {
    await this.audit.record(tx, {
      action: 'permission.refused',
      origin: caller,
      actor: actorOf(caller.principal),
      organizationId,
      userId: organizationId === null ? (userOf(caller.principal)?.id ?? null) : null,
      target: { kind: 'route', name: caller.route },
      details: { permission, ...details },
    });
  }
}
