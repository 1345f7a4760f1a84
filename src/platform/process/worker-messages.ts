/** What the leader and its workers say to each other, over the channel of Node's cluster. */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** What the leader tells a worker at its start. */
export interface Orders {
  readonly databaseUrl: string;
  /** The addresses to listen on. The leader has found them free. */
  readonly hosts: readonly string[];
}

/** One process's metrics, as its registry lists them. */
export type MetricsList = readonly MetricObjectWithValues<MetricValue<string>>[];

export type FromWorker =
  | { readonly kind: 'asks-orders' }
  | { readonly kind: 'ready' }
  /** It could not start; the message is for the operator. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'metrics'; readonly round: number; readonly list: MetricsList }
  | { readonly kind: 'asks-report'; readonly question: number };

export type FromLeader =
  | { readonly kind: 'orders'; readonly orders: Orders }
  | { readonly kind: 'asks-metrics'; readonly round: number }
  /** The metrics of all workers as Prometheus reads them. */
  | { readonly kind: 'report'; readonly question: number; readonly text: string };
