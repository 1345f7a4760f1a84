/** Fastify's options: size limits, timeouts, trusted proxies, request ids and the log. */
import { LogController, type FastifyReply, type FastifyServerOptions } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { AppConfig } from '../../../config/app-config.js';
import { loggerOptions, type LogSink } from '../logging/logging.js';
import { RequestLog } from '../logging/request-log.js';
import { BODY_LIMIT_BYTES } from './body-parser.js';
import { answerClientError } from './client-errors.js';
import { withBareAddresses } from './forwarded-address.js';
import { httpServer } from './http-server.js';
import { answerProblem } from './problems/problem.filter.js';
import { corsHeaders, securityHeaders } from './security-headers.js';

/** Longer than any id or slug. */
const MAX_PATH_PARAMETER_LENGTH = 200;

export function serverOptions({ http, logging }: AppConfig, sink?: LogSink): FastifyServerOptions {
  const constant = securityHeaders(http);
  return {
    serverFactory: (handle) => httpServer(http.trustedProxies.length > 0 ? withBareAddresses(handle) : handle),
    logger: loggerOptions(logging, sink),
    childLoggerFactory: (logger, bindings) => new RequestLog(logger, bindings),
    logController: new LogController({ disableRequestLogging: true }),
    // Always a new id: an id from the client could collide with another request's, or forge its log lines.
    genReqId: () => randomUUID(),
    trustProxy: http.trustedProxies.length > 0 && [...http.trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    // The router knows no target without a slash (`OPTIONS *`, RFC 9110 section 9.3.7), and runs no hook for one.
    rewriteUrl: ({ url = '/' }) => (url === '*' ? '/*' : url),
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER_LENGTH },
    // The service itself responds to these requests, with a problem.
    return503OnClosing: false,
    // No hook has run here, so the headers of the hooks are set by hand.
    frameworkErrors: (error, request, reply) => {
      const cors = corsHeaders(request.raw, http);
      void reply.headers({ ...constant, ...cors, 'x-request-id': request.id });
      if ('access-control-allow-methods' in cors) void (reply as FastifyReply).status(204).send();
      else answerProblem(error, request, reply);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, constant),
  };
}
