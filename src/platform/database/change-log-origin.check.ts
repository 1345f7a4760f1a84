/**
 * The check that detects a change log from another cluster, after a dump and a restore. Its transaction ids mean
 * nothing in this cluster: with ids of an older cluster every fence would seem outdated and nothing would be pruned.
 * The check then starts a new log, and its new `log_id` makes every process clear its fact cache.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { safeMessageOf } from '../logging/safe-message.js';
import { Transactions, type Tx } from './transactions.service.js';

const INTERVAL_MS = 10_000;

/** A provider may restrict the function; then only impossible transaction ids reveal a foreign log. */
const IS_CLUSTER_KNOWN = `SELECT has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS "isKnown"`;
const CLUSTER = 'SELECT system_identifier::text AS cluster FROM pg_catalog.pg_control_system()';

/** $1: the cluster, or NULL. No transaction has an id at or above the snapshot's xmax yet. */
const ORIGIN = `
SELECT system_identifier IS NULL AND $1::text IS NOT NULL AS "hasNoCluster",
  system_identifier <> $1::text OR pruned_through >= pg_snapshot_xmax(pg_current_snapshot())
    OR EXISTS (SELECT FROM authority_changes WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())) AS "isForeign"
FROM authority_pruning`;
/** The lock makes instances run one after the other; the later ones find nothing to do. */
const ORIGIN_LOCKED = `${ORIGIN} FOR UPDATE`;

const RECORD_CLUSTER = 'UPDATE authority_pruning SET system_identifier = $1 WHERE system_identifier IS NULL';
/** A reader that knows no log_id is covered too: a position from before this transaction is outdated. */
const START_NEW_LOG = `
INSERT INTO authority_pruning AS mark (pruned_through, system_identifier) VALUES (pg_current_xact_id(), $1)
ON CONFLICT (one) DO UPDATE SET pruned_through = excluded.pruned_through,
  system_identifier = excluded.system_identifier, log_id = excluded.log_id`;

interface Origin {
  /** The log has never been signed with its cluster. */
  readonly hasNoCluster: boolean;
  readonly isForeign: boolean | null;
}

@Injectable()
export class ChangeLogOriginCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ChangeLogOriginCheck.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.checkLogged();
    this.timer = setInterval(() => void this.checkLogged(), INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Starts a new change log if the present one is foreign. Until then the fact cache is not used, and no verification
   * is wrong.
   */
  async check(): Promise<void> {
    const cluster = await this.cluster();
    const [origin] = await this.dataSource.query<Origin[]>(ORIGIN, [cluster]);
    if (origin?.isForeign === true || !origin) {
      await this.transactions.run((tx) => startNewLog(tx, cluster));
      this.logger.warn('The change log came from another cluster and has begun anew.');
    } else if (origin.hasNoCluster) await this.dataSource.query(RECORD_CLUSTER, [cluster]);
  }

  private async checkLogged(): Promise<void> {
    await this.check().catch((error: unknown) => {
      this.logger.warn(`Where the change log comes from is not known now: ${safeMessageOf(error)}`);
    });
  }

  private async cluster(): Promise<string | null> {
    const [right] = await this.dataSource.query<{ isKnown: boolean }[]>(IS_CLUSTER_KNOWN);
    if (right?.isKnown !== true) return null;
    const [row] = await this.dataSource.query<{ cluster: string }[]>(CLUSTER);
    return row?.cluster ?? null;
  }
}

async function startNewLog(tx: Tx, cluster: string | null): Promise<void> {
  const [origin] = await tx.query<Origin[]>(ORIGIN_LOCKED, [cluster]);
  if (origin && origin.isForeign !== true) return;
  await tx.query('DELETE FROM authority_changes');
  await tx.query(START_NEW_LOG, [cluster]);
}
