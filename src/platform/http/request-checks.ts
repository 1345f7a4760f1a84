/** Checks of every request before its route, in addition to those of the router and the body parser. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { AppError, notFound } from '../errors/app-error.js';
import { isUnstorable, refuseUnstorableText } from '../validation/json-limits.js';

export function checkRequests(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  server.addHook('onRequest', (request, _reply, done) => {
    try {
      if (isClosing) throw new AppError('unavailable', { internal: 'the service is shutting down' });
      checkSource(request);
      checkHost(request);
      checkPath(request);
      checkQuery(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * Refuses a forwarded value that is no address: a trusted proxy that forwards one would let clients choose their own
 * rate limit.
 */
function checkSource({ ip }: FastifyRequest): void {
  if (isIP(ip) === 0) throw new AppError('bad_request', { detail: 'The forwarded address is not an IP address.' });
}

/** RFC 9112 section 3.2. */
function checkHost({ raw }: FastifyRequest): void {
  if (raw.headers.host !== undefined || raw.httpVersion !== '1.1') return;
  throw new AppError('bad_request', { detail: 'The request has no Host header.' });
}

function checkQuery({ raw, query }: FastifyRequest): void {
  if (raw.url?.includes('?') === true) refuseUnstorableText({ ...(query as object) });
}

/** No object has a name with such characters, so the response is 404. */
function checkPath({ params }: FastifyRequest): void {
  const named = params as Record<string, string>;
  for (const name in named) if (isUnstorable(named[name] ?? '')) throw notFound();
}
