/** Response headers that tell browsers and caches to keep their hands off, and which origins may call. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import fastifyCors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { HttpConfig } from '../../../config/app-config.js';

const YEAR_SECONDS = 365 * 24 * 3600;

/** This API serves data: nothing it answers may run, load, embed or be embedded. */
const API_CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** On every response, errors of the transport included. */
export function securityHeaders({ publicUrl }: HttpConfig): Record<string, string> {
  return {
    ...headersBy({
      contentSecurityPolicy: { useDefaults: false, directives: API_CONTENT_SECURITY_POLICY },
      referrerPolicy: { policy: 'no-referrer' },
      // Over plain http browsers ignore it, and behind an https proxy it must not be missing.
      strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: YEAR_SECONDS },
      frameguard: { action: 'deny' },
    }),
    'cache-control': 'no-store',
  };
}

export async function registerSecurityHeaders(app: NestFastifyApplication, http: HttpConfig): Promise<void> {
  const constant = securityHeaders(http);
  // First: the library answers preflights in its own hook, after which no other one runs.
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
 * What helmet sets, asked once: its middleware works the same headers out anew for every request, which costs more than
 * checking a token does.
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

/** Only an exactly listed origin is answered with its own text; every other one, `null` included, gets no CORS header. */
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
 * What the library would set, for a request that the router refuses before any hook runs. Without it a page could not read
 * the refusal, or would not get past its preflight to be refused.
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
