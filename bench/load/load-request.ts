/** What a load is told and what it answers. */

export interface LoadRequest {
  readonly url: string;
  readonly connections: number;
  /** Bearers, presented one after another, again and again. */
  readonly credentials: readonly string[];
  readonly seconds: number;
}

/** As many requests as the server takes: each connection sends its next one when its last one is answered. */
export interface ClosedLoadRequest extends LoadRequest {
  readonly kind: 'closed';
  /** The load ends with the credentials and not with the seconds. */
  readonly isOnceEach?: boolean;
}

/** So many requests a second, at even distances, whatever the answers take. */
export interface OpenLoadRequest extends LoadRequest {
  readonly kind: 'paced';
  readonly rate: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The n-th connection's share of the credentials, never empty. */
export function shareOf({ credentials, connections }: LoadRequest, connection: number): readonly string[] {
  if (credentials.length < connections) return [credentials[connection % credentials.length] ?? ''];
  return credentials.filter((_, index) => index % connections === connection);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}
