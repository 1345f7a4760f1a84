/**
 * The second global guard: decides whether the principal may call this route now. A route that declares nothing is
 * refused. Outside the caller's organizations and accounts the answer is 404, inside one without the permission it is 403.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RefusalsService } from '../../audit/refusals.service.js';
import { originOf } from '../../access-control/current-caller.decorator.js';
import { isItself, type Principal } from '../../access-control/principal.js';
import { AppError, notFound } from '../../platform/errors/app-error.js';
import { can } from '../../access-control/ability.js';
import { accountOf } from '../../access-control/account-access.js';
import { accessTo, ownPermissions } from '../../access-control/effective-permissions.js';
import type { Permission } from '../../access-control/permissions.js';
import { lacking } from '../../access-control/refused-permissions.js';
import { REQUIREMENT, type Requirement } from '../../access-control/requires.decorator.js';

type Guarded = Extract<Requirement, { readonly public: false }>;

interface PathParams {
  readonly organization?: string;
  readonly account?: string;
  readonly tokenId?: string;
}

interface Standing {
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
    const { permission, permissions } = standingOn(request, principal, requirement);
    if (can(permissions, permission)) return true;
    await this.refusals.record({
      permission,
      caller: { ...originOf(request), principal },
      organizationId: request.organizationAccess?.organizationId ?? null,
    });
    throw lacking(permission, principal);
  }
}

/** What the route needs of this caller, and what they hold, in the place that it is about. Throws `not_found`. */
function standingOn(request: FastifyRequest, principal: Principal, requirement: Guarded): Standing {
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
