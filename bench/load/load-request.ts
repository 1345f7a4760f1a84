/** Messages between a measurement and its load process. */

export interface LoadRequest {
  readonly url: string;
  readonly connections: number;
  /** Bearers, used in turn, repeatedly. */
  readonly credentials: readonly string[];
  readonly seconds: number;
}

/** As many requests as the server takes: each connection sends its next request after the last response. */
export interface ClosedLoadRequest extends LoadRequest {
  readonly kind: 'closed';
  /** The load ends with the credentials, whatever `seconds` says. */
  readonly isOnceEach?: boolean;
}

/** A fixed number of requests a second, evenly spaced, whatever the responses take. */
export interface OpenLoadRequest extends LoadRequest {
  readonly kind: 'open';
  readonly rate: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Returns the n-th connection's share of the credentials, never empty. */
export function shareOf({ credentials, connections }: LoadRequest, connection: number): readonly string[] {
  if (credentials.length < connections) return [credentials[connection % credentials.length] ?? ''];
  return credentials.filter((_, index) => index % connections === connection);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}
