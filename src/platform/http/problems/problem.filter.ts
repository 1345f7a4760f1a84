/**
 * The only exception filter: responds to every error with a problem, and logs once the details that the client does not
 * get.
 */
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../../errors/app-error.js';
import { appErrorOf } from './app-error-of.js';
import { errorFormatFor, formatted } from './error-format.js';
import { problemOf } from './problem.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Sends the problem, also for errors that Fastify raises before a route is found; no Nest filter sees those errors. */
export function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = appErrorOf(thrown);
  const problem = problemOf(error, request.id);
  logProblem(error, problem.status, request);
  if (reply.sent) return;
  const format = errorFormatFor(request);
  const { status, headers, body } = format ? formatted(format, problem) : problem;
  // As text: an object would be serialised with the content type that the route had set.
  void reply.status(status).headers(headers).send(JSON.stringify(body));
}

function logProblem(error: AppError, status: number, request: FastifyRequest): void {
  const { internal, cause } = error.options;
  if (status >= 500) {
    const level = status === 503 ? 'warn' : 'error';
    request.log[level]({ req: request, code: error.code, err: cause ?? error }, internal ?? 'request failed');
  } else if (internal !== undefined) {
    request.log.info({ req: request, code: error.code, err: cause }, internal);
  }
}
