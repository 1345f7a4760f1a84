/** Sign-in from chosen source addresses: the service under test trusts loopback as its proxy. */
import request, { type Response } from 'supertest';
import type { TestApp } from './app.js';

/** Default limits except for registrations, and a proxy on loopback. */
export const DEFAULT_LIMITS = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_REGISTRATION: '1000/1h',
  TRUSTED_PROXIES: '127.0.0.1',
};

export interface Attempt {
  readonly email: string;
  readonly password: string;
  readonly ip: string;
  readonly cookie?: string;
}

export function signInFrom(app: TestApp, { email, password, ip, cookie = '' }: Attempt): Promise<Response> {
  const call = request(app.url).post('/api/v1/auth/login').set('x-forwarded-for', ip);
  if (cookie !== '') call.set('cookie', cookie);
  return call.send({ email, password }).then();
}

/** Runs calls in `lanes` parallel lanes; returns all results in the order of the calls. */
export async function inLanes<T>(lanes: number, calls: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < calls.length; index = next++) {
      const call = calls[index];
      if (call) results[index] = await call();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

export interface Timed<T> {
  readonly result: T;
  readonly ms: number;
}

export async function timed<T>(call: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const result = await call();
  return { result, ms: performance.now() - start };
}

/** `median 0.31 s, p99 0.40 s`: a figure to read, never one to assert. */
export function figure(timings: readonly Timed<unknown>[]): string {
  const sorted = timings.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): string =>
    ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) / 1000).toFixed(2);
  return `median ${at(0.5)} s, p99 ${at(0.99)} s`;
}
