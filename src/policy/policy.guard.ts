/**
 * The second global guard: decides whether the principal may call this route now. A route that declares nothing is
 * refused. Outside the caller's organizations the answer is 404, inside one without the permission it is 403.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AuditTrail } from '../audit/audit-trail.js';
import { originOf } from '../auth/current-caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { AppError, notFound } from '../errors/app-error.js';
import { abilityFor, allows } from './ability.js';
import { accessTo, ownPermissions } from './effective-permissions.js';
import { SESSION_ONLY_PERMISSIONS, type Permission } from './permissions.js';
import { REQUIREMENT, type Requirement } from './requires.decorator.js';

@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditTrail,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requirement = this.reflector.get<Requirement | undefined>(REQUIREMENT, context.getHandler());
    if (requirement?.public) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (!requirement || !principal) throw new AppError('forbidden', { internal: 'route declares no requirement' });
    const permissions = this.permissionsFor(principal, request, requirement.ofHolder);
    if (allows(abilityFor(permissions), requirement.permission)) return true;
    await this.audit.refused({
      permission: requirement.permission,
      caller: { ...originOf(request), principal },
      organizationId: request.organizationAccess?.organizationId ?? null,
    });
    throw lacking(requirement.permission, principal);
  }

  private permissionsFor(principal: Principal, request: FastifyRequest, ofHolder = false): ReadonlySet<Permission> {
    const ofToken = ofHolder && principal.kind === 'organization-token' ? principal.organization.id : undefined;
    const { organization = ofToken } = request.params as { organization?: string };
    if (organization === undefined) return ownPermissions(principal);
    const access = accessTo(principal, organization);
    if (!access) throw notFound();
    request.organizationAccess = access;
    return access.permissions;
  }
}

/** RFC 6750 section 3.1 names the scope that would help; for a session, and for what no token may do, none would. */
export function lacking(permission: Permission, principal: Principal): AppError {
  if (principal.kind === 'session') {
    return new AppError('forbidden', { detail: `Your role lacks the permission ${permission}.` });
  }
  if (SESSION_ONLY_PERMISSIONS.has(permission)) {
    return new AppError('insufficient_scope', { detail: 'No token can do this; sign in instead.' });
  }
  return new AppError('insufficient_scope', { detail: `The token lacks ${permission}.`, neededScope: permission });
}
