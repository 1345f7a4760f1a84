/** What the process that loads is told, on its standard input, and what it answers, both as JSON. */

/** Of every load in this folder. */
export const CONNECTIONS = 64;

export type Generator = 'wrk' | 'autocannon';

export interface Order {
  readonly url: string;
  /** Bearers. Each connection has its own share of them and goes round in it. */
  readonly credentials: readonly string[];
  readonly seconds: number;
}

/** As much as the server can take, for some seconds, or until every credential was used once. */
export interface SaturationOrder extends Order {
  readonly kind: 'saturation';
  readonly by: Generator;
  /** By autocannon alone. */
  readonly isOnceEach: boolean;
}

/** So many requests a second, at even distances, whatever the answers take. */
export interface PacedOrder extends Order {
  readonly kind: 'paced';
  readonly rate: number;
}

export interface SaturationResult {
  readonly requestsPerSecond: number;
}

export interface PacedResult {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of each second by itself. */
  readonly p99sMs: readonly number[];
}

/** The n-th connection's share of the credentials, never empty. */
export function shareOf(credentials: readonly string[], connection: number): readonly string[] {
  if (credentials.length < CONNECTIONS) return [credentials[connection % credentials.length] ?? ''];
  return credentials.filter((_, index) => index % CONNECTIONS === connection);
}
