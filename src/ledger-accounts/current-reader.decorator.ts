import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { originOf } from '../access-control/current-caller.decorator.js';
import { readerIn, readerOf, type AccountReader } from './account-reader.js';

/** Injects the reader: owner is the organization that the guards resolved, or else the caller. */
export const CurrentReader = createParamDecorator((_: unknown, context: ExecutionContext): AccountReader =>
  readerFrom(context.switchToHttp().getRequest<FastifyRequest>()),
);

export function readerFrom(request: FastifyRequest): AccountReader {
  const { principal, organizationAccess } = request;
  if (!principal) throw new Error('a reader on a route without a principal');
  const caller = { ...originOf(request), principal };
  return organizationAccess ? readerIn(organizationAccess, caller) : readerOf(caller);
}
