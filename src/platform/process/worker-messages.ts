/** The messages between the leader and its workers, over the channel of Node's cluster. */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** A worker's configuration, sent by the leader at its start. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  /** The addresses to listen on. The leader has checked that they are free. */
  readonly hosts: readonly string[];
}

/** One process's metrics, as its registry lists them. */
export type MetricsList = readonly MetricObjectWithValues<MetricValue<string>>[];

export type FromWorker =
  | { readonly kind: 'asks-config' }
  | { readonly kind: 'ready' }
  /** The worker could not start; the message is for the operator. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'metrics'; readonly round: number; readonly list: MetricsList }
  | { readonly kind: 'asks-report'; readonly question: number };

export type FromLeader =
  | { readonly kind: 'config'; readonly config: WorkerConfig }
  | { readonly kind: 'asks-metrics'; readonly round: number }
  /** The metrics of all workers as Prometheus reads them. */
  | { readonly kind: 'report'; readonly question: number; readonly text: string };
