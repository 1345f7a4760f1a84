/**
 * A compatibility room answers clients that were written for another service and read that service's errors. What went
 * wrong, with its status and headers, is decided as for every route; a shape says it in the other service's words, for
 * errors of guards, validation and body parsing, too. It must not say more than the problem does.
 */
import type { Type } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RouterConfigOfAll } from '../../config/router-config.js';
import type { Problem } from './problem.js';

export interface ShapedError {
  readonly status: number;
  /** Instead of, or besides, those of the problem. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface ErrorFormat {
  /** Describes the body in the OpenAPI document. */
  readonly response: Type;
  readonly of: (problem: Problem) => ShapedError;
}

/** Shapes the errors of what no route answers at this path and below it. */
export interface ShapedPlace {
  readonly path: string;
  readonly shape: ErrorFormat;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    errorShape?: ErrorFormat;
  }
  interface FastifyInstance {
    shapedPlaces: readonly ShapedPlace[];
  }
}

const ERROR_SHAPE = 'latchkey:error-shape';

/** On a controller: shapes the errors of its routes, and of what is no route below the controller's own path. */
export function ErrorsFormattedBy(shape: ErrorFormat): ClassDecorator {
  return (controller) => {
    Reflect.defineMetadata(ERROR_SHAPE, shape, controller);
    ApiExtraModels(shape.response)(controller);
    RouterConfigOfAll({ errorShape: shape })(controller);
  };
}

export function errorShapeOf(controller: object): ErrorFormat | undefined {
  return Reflect.getMetadata(ERROR_SHAPE, controller) as ErrorFormat | undefined;
}

/** The shape that this request's client understands; `undefined` where problems are answered as they are. */
export function errorShapeFor(request: FastifyRequest): ErrorFormat | undefined {
  return request.is404 ? shapeAt(request) : request.routeOptions.config.errorShape;
}

export function inShape(shape: ErrorFormat, problem: Problem): Required<ShapedError> {
  const { status, headers, body } = shape.of(problem);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...problem.headers, ...json, ...headers }, body };
}

function shapeAt({ raw, server }: FastifyRequest): ErrorFormat | undefined {
  const path = pathOf(raw.url ?? '');
  return server.shapedPlaces.find((place) => path === place.path || path.startsWith(`${place.path}/`))?.shape;
}

/** Of a target in origin form or in absolute form, as behind a proxy (RFC 9112 section 3.2). */
function pathOf(target: string): string {
  return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(target)?.[1] ?? target;
}
