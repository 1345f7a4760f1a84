/**
 * The content of the log: never a header, a body, a query string or a raw path, because each can contain a secret. A
 * request is identified by its id, its method, the template of its route and its source.
 */
import type { LoggerService } from '@nestjs/common';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { LoggingConfig } from '../../../config/app-config.js';
import { isError, loggableError } from './loggable-error.js';
import { redacted } from './redaction.js';
import { safeMessageOf } from './safe-message.js';

/** The destination of log lines: standard output, except in tests that read them. */
export interface LogSink {
  write(line: string): void;
}

export function loggerOptions({ level }: LoggingConfig, sink?: LogSink): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { log: redacted },
    hooks: { logMethod: logSafely },
    serializers: { req: loggableRequest, err: (error) => loggableError(error) },
    ...(sink && { stream: sink }),
  };
}

type LogMethod = (this: unknown, ...line: unknown[]) => void;

/** The error's message becomes the line's message where there is none, and in lines that the framework writes. */
function logSafely(this: unknown, line: unknown[], method: LogMethod): void {
  const [detail, message, ...values] = line;
  const error = isError(detail) ? detail : (detail as { err?: unknown } | null | undefined)?.err;
  if (isError(error) && (message === undefined || message === error.message)) {
    method.call(this, detail === error ? { err: error } : detail, safeMessageOf(error), ...values);
  } else method.apply(this, line);
}

function loggableRequest(request: FastifyRequest): Record<string, unknown> {
  return { method: request.method, route: routeOf(request), ip: request.ip };
}

/** Returns the route's template, such as `/api/v1/organizations/:organization`; `null` for a path without a route. */
export function routeOf(request: FastifyRequest): string | null {
  return request.is404 ? null : (request.routeOptions.url ?? null);
}

/** Writes one line for each answered request, instead of the framework's two. */
export function logRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ req: request, status: reply.statusCode, ms }, 'request');
    done();
  });
}

/** Nest's contexts that log details at start, such as one line per route. */
const START_CONTEXTS = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/** Passes messages of Nest and of the service to the service's log. Nest's details at start have the level `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: FastifyBaseLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const from = rest.at(-1);
    const level = START_CONTEXTS.some((name) => name === from) ? 'debug' : 'info';
    this.logger[level]({ from }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ from: rest.at(-1) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.logger.error({ err: message, from: rest.at(-1) }, message.name);
    else this.logger.error({ from: rest.at(-1) }, String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ from: rest.at(-1) }, String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace({ from: rest.at(-1) }, String(message));
  }
}
