/**
 * Error formats of compatibility modules, whose clients were written for another service and read that service's
 * errors. The fault, its status and its headers are decided as for every route. A format writes them in the other
 * service's terms, also for errors of guards, validation and body parsing. It must not reveal more than the problem
 * does.
 */
import type { Type } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RouterConfigOfAll } from '../../config/router-config.js';
import type { Problem } from './problem.js';

export interface FormattedError {
  readonly status: number;
  /** Headers that replace or extend those of the problem. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface ErrorFormat {
  /** Describes the body in the OpenAPI document. */
  readonly response: Type;
  readonly of: (problem: Problem) => FormattedError;
}

/** The format for requests that match no route, at this path and below it. */
export interface FormattedPath {
  readonly path: string;
  readonly format: ErrorFormat;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    errorFormat?: ErrorFormat;
  }
  interface FastifyInstance {
    formattedPaths: readonly FormattedPath[];
  }
}

const ERROR_FORMAT = 'latchkey:error-format';

/**
 * Decorates a controller: its format applies to its routes, and to requests without a route below the controller's
 * path.
 */
export function ErrorsFormattedBy(format: ErrorFormat): ClassDecorator {
  return (controller) => {
    Reflect.defineMetadata(ERROR_FORMAT, format, controller);
    ApiExtraModels(format.response)(controller);
    RouterConfigOfAll({ errorFormat: format })(controller);
  };
}

export function errorFormatOf(controller: object): ErrorFormat | undefined {
  return Reflect.getMetadata(ERROR_FORMAT, controller) as ErrorFormat | undefined;
}

/** Returns the error format of the request's client; `undefined` for problem responses. */
export function errorFormatFor(request: FastifyRequest): ErrorFormat | undefined {
  return request.is404 ? formatAt(request) : request.routeOptions.config.errorFormat;
}

export function formatted(format: ErrorFormat, problem: Problem): Required<FormattedError> {
  const { status, headers, body } = format.of(problem);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...problem.headers, ...json, ...headers }, body };
}

function formatAt({ raw, server }: FastifyRequest): ErrorFormat | undefined {
  const path = pathOf(raw.url ?? '');
  return server.formattedPaths.find((place) => path === place.path || path.startsWith(`${place.path}/`))?.format;
}

/** Returns the path of a target in origin form or in absolute form, as behind a proxy (RFC 9112 section 3.2). */
function pathOf(target: string): string {
  return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(target)?.[1] ?? target;
}
