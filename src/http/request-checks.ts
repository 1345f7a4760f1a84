/** Checks that every request passes before a route sees it, beyond what the router and the body parser look at. */
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, notFound } from '../errors/app-error.js';
import { addressIn } from './forwarded-address.js';
import { isUnstorable, refuseUnstorableText } from './json-text.js';

export function checkRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    try {
      checkSource(request);
      checkPath(request);
      checkQuery(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

/** A trusted proxy that forwards something else than an address would let its clients choose their own rate limit. */
function checkSource({ ip }: FastifyRequest): void {
  if (isIP(addressIn(ip)) === 0)
    throw new AppError('bad_request', { detail: 'The forwarded address is not an IP address.' });
}

function checkQuery({ raw, query }: FastifyRequest): void {
  if (raw.url?.includes('?') === true) refuseUnstorableText({ ...(query as object) });
}

/** Nothing is named with such characters, so there is nothing here. */
function checkPath({ params }: FastifyRequest): void {
  const named = params as Record<string, string>;
  for (const name in named) if (isUnstorable(named[name] ?? '')) throw notFound();
}
