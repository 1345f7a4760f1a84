/**
 * The third global guard: limits the changes of an account per window. Each change leaves permanent rows in its table
 * and in the audit trail. Revoking is never limited: it is the reaction of a user whose account was taken over.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { userOf, type Principal } from '../../access-control/principal.js';
import { REQUIREMENT, type Requirement } from '../../access-control/requires.decorator.js';
import { RateLimits } from '../../platform/rate-limits/rate-limits.service.js';

/** DELETE is excluded: it ends the result of a counted request. */
const CHANGING_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

@Injectable()
export class ChangeLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly rateLimits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { method, principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!principal || !CHANGING_METHODS.has(method)) return true;
    const requirement = this.reflector.get<Requirement | undefined>(REQUIREMENT, context.getHandler());
    if (requirement?.public !== false || requirement.onlyRevokes) return true;
    const account = accountOf(principal);
    await this.rateLimits.count('changes', account);
    if (requirement.limit) await this.rateLimits.count(requirement.limit, account);
    return true;
  }
}

/** All sessions and personal tokens of a user count together, and so do all tokens of an organization. */
function accountOf(principal: Principal): string {
  if (principal.kind === 'organization-token') return `organization:${principal.organization.id}`;
  return `user:${userOf(principal)?.id ?? ''}`;
}
