/** Parameter decorators that pass the results of guards and transport to a controller. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { withoutSecrets } from '../platform/logging/secret-patterns.js';
import type { AccountAccess } from './account-access.js';
import type { OrganizationAccess } from './effective-permissions.js';
import type { Caller, Principal, RequestOrigin, SessionPrincipal } from './principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard on every route that is not public. */
    principal?: Principal;
    /** Why the authentication guard refused the credential; for logs and metrics, never for the client. */
    refusal?: string;
    /** Set by the policy guard on every route whose path names an organization. */
    organizationAccess?: OrganizationAccess;
    /** Set by the policy guard on every route on an account. */
    accountAccess?: AccountAccess;
  }
}

const MAX_USER_AGENT_LENGTH = 400;

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (!request.principal) throw new Error('CurrentCaller on a route without a principal');
  return { ...originOf(request), principal: request.principal };
});

export const CurrentOrigin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin =>
  originOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The calling session, on a route whose permission no token can have. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): SessionPrincipal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (principal?.kind !== 'session') throw new Error('CurrentSession on a route that tokens may call');
  return principal;
});

export const CurrentOrganization = createParamDecorator((_: unknown, context: ExecutionContext): OrganizationAccess => {
  const { organizationAccess } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!organizationAccess) throw new Error('CurrentOrganization on a route without an organization');
  return organizationAccess;
});

export const CurrentAccount = createParamDecorator((_: unknown, context: ExecutionContext): AccountAccess => {
  const { accountAccess } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!accountAccess) throw new Error('CurrentAccount on a route without an account');
  return accountAccess;
});

/**
 * Returns the parts of a request that are stored. Secrets are removed before the text is cut, which could leave most of
 * one.
 */
export function originOf(request: FastifyRequest): RequestOrigin {
  const { 'user-agent': sent } = request.headers;
  const userAgent = sent === undefined ? null : withoutSecrets(sent).slice(0, MAX_USER_AGENT_LENGTH);
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  return { ip: addressOf(request), userAgent, requestId: request.id, route };
}

/** Returns the client's address. `request.ip` already respects TRUSTED_PROXIES. */
export function addressOf(request: FastifyRequest): string {
  return canonicalAddress(request.ip);
}

/**
 * Returns one text for one peer, over IPv4 or IPv6. A zone (`fe80::1%eth0`) is local to this machine and is removed.
 */
function canonicalAddress(address: string): string {
  const [bare = address] = address.split('%');
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice('::ffff:'.length) : bare;
}
