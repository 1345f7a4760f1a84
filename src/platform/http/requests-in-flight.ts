/**
 * How many requests one source may have in flight: received and not answered. A connection has one at a time, so this
 * bounds a source that opens many. A proxy that is not in TRUSTED_PROXIES is the source of all its clients' requests,
 * so the bound leaves room for the traffic of a whole service.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { sourceOf } from '../rate-limits/network-source.js';

/** Each is answered within milliseconds, so that so many are unanswered only when the service cannot keep up. */
const MOST_IN_FLIGHT = 1_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the counting of this request; `null` when it is not counted, or no longer. */
    leaveFlight: (() => void) | null;
  }
}

/** Refuses what exceeds the bound with `rate_limited`, before the body is read and the credential is looked at. */
export function boundRequestsInFlight(server: FastifyInstance, most = MOST_IN_FLIGHT): void {
  const inFlight = new Map<string, number>();
  server.decorateRequest('leaveFlight', null);
  server.addHook('onRequest', (request, { raw }, done) => {
    const source = fastSourceOf(request.ip);
    const others = inFlight.get(source) ?? 0;
    if (others >= most) {
      done(new AppError('rate_limited', { detail: 'Too many of your requests are unanswered.', retryAfterSeconds: 1 }));
      return;
    }
    inFlight.set(source, others + 1);
    request.leaveFlight = () => {
      request.leaveFlight = null;
      const left = (inFlight.get(source) ?? 1) - 1;
      if (left === 0) inFlight.delete(source);
      else inFlight.set(source, left);
    };
    // Also emitted when the client is gone, which the framework's hooks do not tell.
    raw.on('close', () => leaveFlight(request));
    done();
  });
}

/** For a request that waits on purpose, or streams: it costs no work, and from here on it counts no longer. */
export function leaveFlight(request: FastifyRequest): void {
  request.leaveFlight?.();
}

/** Only an IPv6 address has to be parsed to know its source. */
function fastSourceOf(ip: string): string {
  return ip.includes(':') ? sourceOf(ip) : ip;
}
