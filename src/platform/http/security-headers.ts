/** Security headers of responses: caching, embedding, content security policy, and the origins that may call (CORS). */
import fastifyCookie from '@fastify/cookie';
import fastifyCors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpConfig } from '../../../config/app-config.js';

const YEAR_SECONDS = 365 * 24 * 3600;

/** The API serves data: no response may run, load, embed or be embedded. */
const API_CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Returns the headers of every response, including errors of the transport. */
export function securityHeaders({ publicUrl }: HttpConfig): Record<string, string> {
  return {
    ...headersBy({
      contentSecurityPolicy: { useDefaults: false, directives: API_CONTENT_SECURITY_POLICY },
      referrerPolicy: { policy: 'no-referrer' },
      // Browsers ignore it over plain http; behind an https proxy it must be present.
      strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: YEAR_SECONDS },
      frameguard: { action: 'deny' },
    }),
    'cache-control': 'no-store',
  };
}

export async function registerSecurityHeaders(app: NestFastifyApplication, http: HttpConfig): Promise<void> {
  const constant = securityHeaders(http);
  // First: the library responds to preflights in its own hook, and no later hook runs.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      void reply.headers(constant).header('x-request-id', request.id);
      done();
    });
  await app.register(fastifyCors, corsOptions(http.corsOrigins));
  await app.register(fastifyCookie);
}

/**
 * Returns helmet's headers, computed once. Its middleware computes the same headers anew for every request, which costs
 * more than verifying a token.
 */
function headersBy(options: HelmetOptions): Record<string, string> {
  const headers = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: string) => headers.set(name.toLowerCase(), value),
    removeHeader: (name: string) => headers.delete(name.toLowerCase()),
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error as Error;
  });
  return Object.fromEntries(headers);
}

const CORS = {
  credentials: true,
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'x-access-key'],
  exposedHeaders: ['retry-after', 'x-request-id'],
  maxAge: 600,
};

/** Only an exactly listed origin is allowed; any other one, including `null`, gets no CORS header. */
function corsOptions(origins: readonly string[]): Parameters<typeof fastifyCors>[1] {
  const listed = new Map(origins.map((origin) => [origin, origin]));
  return {
    ...CORS,
    origin: (origin, answer) => {
      answer(null, listed.get(origin ?? '') ?? false);
    },
  };
}

/**
 * Returns the CORS headers of a request that the router refuses before any hook runs. Without them a page could not
 * read the refusal, or its preflight would fail first.
 */
export function corsHeaders({ method, headers }: IncomingMessage, { corsOrigins }: HttpConfig): Record<string, string> {
  const { origin = '' } = headers;
  const isPreflight = method === 'OPTIONS' && 'access-control-request-method' in headers;
  if (!corsOrigins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': CORS.exposedHeaders.join(', '),
    ...(isPreflight && {
      'access-control-allow-methods': CORS.methods.join(', '),
      'access-control-allow-headers': CORS.allowedHeaders.join(', '),
      'access-control-max-age': String(CORS.maxAge),
    }),
  };
}
