/**
 * The second global guard: decides whether the principal may call the route now. A route without a declaration is
 * refused. Outside the caller's organizations and accounts the response is 404; inside one, without the permission, it
 * is 403.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { can } from '../../access-control/ability.js';
import { accountOf } from '../../access-control/account-access.js';
import { originOf } from '../../access-control/current-caller.decorator.js';
import { accessTo, ownPermissions } from '../../access-control/effective-permissions.js';
import type { Permission } from '../../access-control/permissions.js';
import { isItself, type Principal } from '../../access-control/principal.js';
import { lacking } from '../../access-control/refused-permissions.js';
import { REQUIREMENT, type Requirement } from '../../access-control/requires.decorator.js';
import { RefusalsService } from '../../audit/refusals.service.js';
import { AppError, notFound } from '../../platform/errors/app-error.js';

type RestrictedRequirement = Extract<Requirement, { readonly public: false }>;

interface PathParams {
  readonly organization?: string;
  readonly account?: string;
  readonly tokenId?: string;
}

interface RouteAccess {
  readonly permission: Permission;
  readonly permissions: ReadonlySet<Permission>;
}

@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly refusals: RefusalsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requirement = this.reflector.get<Requirement | undefined>(REQUIREMENT, context.getHandler());
    if (requirement?.public) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (!requirement || !principal) throw new AppError('forbidden', { internal: 'route declares no requirement' });
    const { permission, permissions } = routeAccessOf(request, principal, requirement);
    if (can(permissions, permission)) return true;
    await this.refusals.record({
      permission,
      caller: { ...originOf(request), principal },
      organizationId: request.organizationAccess?.organizationId ?? null,
    });
    throw lacking(permission, principal);
  }
}

/**
 * Returns the permission that the route requires of this caller, and the caller's permissions in the route's
 * organization or account. Throws `not_found`.
 */
function routeAccessOf(request: FastifyRequest, principal: Principal, requirement: RestrictedRequirement): RouteAccess {
  const { permission, onAccount } = requirement;
  const { organization, account = onAccount?.account, tokenId } = request.params as PathParams;
  if (onAccount) {
    const access = account === undefined ? null : accountOf(principal, account);
    if (!access) throw notFound();
    request.accountAccess = access;
    if (access.kind === 'organization') request.organizationAccess = access.organization;
    if (onAccount.orTokenItself && isItself(principal, tokenId)) {
      return { permission: 'token:self', permissions: ownPermissions(principal) };
    }
    const { permissions } = access;
    return { permission: access.kind === 'organization' ? permission : onAccount.overOneself, permissions };
  }
  if (account !== undefined) throw new AppError('forbidden', { internal: 'route requires nothing on its account' });
  if (organization === undefined) return { permission, permissions: ownPermissions(principal) };
  const access = accessTo(principal, organization);
  if (!access) throw notFound();
  request.organizationAccess = access;
  return { permission, permissions: access.permissions };
}
