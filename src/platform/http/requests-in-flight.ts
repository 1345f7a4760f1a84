/**
 * The limit on one source's requests in flight: received and not answered. A connection has one at a time, so the limit
 * bounds a source with many connections. A proxy missing in TRUSTED_PROXIES is the source of all its clients' requests,
 * so the limit allows the traffic of a whole service.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { sourceOf } from '../rate-limits/network-source.js';

/** Responses take milliseconds, so that so many requests are in flight only when the service is overloaded. */
const MAX_IN_FLIGHT = 1_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the counting of this request; `null` when it is not counted, or no longer. */
    uncountInFlight: (() => void) | null;
  }
}

/** Refuses requests beyond the limit with `rate_limited`, before the body is read and the credential is checked. */
export function boundRequestsInFlight(server: FastifyInstance, limit = MAX_IN_FLIGHT): void {
  const inFlight = new Map<string, number>();
  server.decorateRequest('uncountInFlight', null);
  server.addHook('onRequest', (request, { raw }, done) => {
    const source = fastSourceOf(request.ip);
    const others = inFlight.get(source) ?? 0;
    if (others >= limit) {
      done(new AppError('rate_limited', { detail: 'Too many of your requests are unanswered.', retryAfterSeconds: 1 }));
      return;
    }
    inFlight.set(source, others + 1);
    request.uncountInFlight = () => {
      request.uncountInFlight = null;
      const left = (inFlight.get(source) ?? 1) - 1;
      if (left === 0) inFlight.delete(source);
      else inFlight.set(source, left);
    };
    // `close` is also emitted when the client disconnects; the framework's hooks do not report that.
    raw.on('close', () => uncountInFlight(request));
    done();
  });
}

/** Ends the counting of a request that waits on purpose, or streams: it costs no more work. */
export function uncountInFlight(request: FastifyRequest): void {
  request.uncountInFlight?.();
}

/** Only an IPv6 address has to be parsed to find its source. */
function fastSourceOf(ip: string): string {
  return ip.includes(':') ? sourceOf(ip) : ip;
}
