/** How Fastify listens: limits, time limits, whom it believes about the client's address, request ids and the log. */
import { randomUUID } from 'node:crypto';
import { LogController, type FastifyServerOptions } from 'fastify';
import type { AppConfig } from '../../config/app-config.js';
import { answerProblem } from '../errors/problem.filter.js';
import { BODY_LIMIT_BYTES } from './body-parser.js';
import { answerClientError } from './client-errors.js';
import { loggerOptions, type LogSink } from './logging.js';
import { RequestLog } from './request-log.js';

/** Longer than any id or slug. */
const LONGEST_PATH_PARAMETER = 200;
/** To receive one whole request; a slower client is holding a socket on purpose. */
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 60_000;

export function serverOptions({ http, logging }: AppConfig, sink?: LogSink): FastifyServerOptions {
  return {
    logger: loggerOptions(logging, sink),
    childLoggerFactory: (logger, bindings) => new RequestLog(logger, bindings),
    logController: new LogController({ disableRequestLogging: true }),
    // Always our own: an id from the client could be made to collide with, or to forge lines beside, another's.
    genReqId: () => randomUUID(),
    trustProxy: http.trustedProxies.length > 0 && [...http.trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER },
    // No hook has run here, so what the hooks would have set is set at hand.
    frameworkErrors: (error, request, reply) => {
      void reply.headers({ 'x-content-type-options': 'nosniff', 'x-request-id': request.id });
      answerProblem(error, request, reply);
    },
    clientErrorHandler: answerClientError,
  };
}
