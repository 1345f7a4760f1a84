/**
 * The requirement of a route, declared on the route: `@Requires(permission)` or `@Public()`. A route with neither is
 * refused.
 */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import type { LimitName } from '../platform/rate-limits/derived-limits.js';
import type { Permission } from './permissions.js';

export const REQUIREMENT = 'latchkey:requirement';

/**
 * The requirement of a route on an account that is the caller's own user; `permission` holds the one for organizations.
 */
export interface AccountRequirement {
  readonly overOneself: Permission;
  /** The account, on a route whose path names none. */
  readonly account?: string;
  /** Whether the token in the route's `:tokenId` may do it to itself, whatever its scopes. */
  readonly orTokenItself?: boolean;
}

export interface RequirementOptions {
  /** True for a POST or PATCH that only takes authority away: the limit on changes must not block it. */
  readonly onlyRevokes?: boolean;
  /** A separate limit for this route, counted per account in addition to the limit on all changes. */
  readonly limit?: LimitName;
}

interface PermissionRequirement extends RequirementOptions {
  readonly public: false;
  readonly permission: Permission;
  readonly onAccount?: AccountRequirement;
}

export type Requirement = { readonly public: true } | PermissionRequirement;

/**
 * The caller must have the permission: in the organization of the path, if the path names one, else over their own
 * resources.
 */
export function Requires(permission: Permission, options: RequirementOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata<string, Requirement>(REQUIREMENT, { public: false, permission, ...options }),
    ApiBearerAuth(),
    // No credential lacks that permission.
    ApiProblems(401, ...(permission === 'principal:self' ? [] : [403 as const]), 503),
  );
}

/** Declares a route with `:account`: one permission for an organization, another one for the caller's own user. */
export function RequiresOnAccount(inOrganization: Permission, onAccount: AccountRequirement): MethodDecorator {
  return applyDecorators(
    Requires(inOrganization),
    SetMetadata<string, Requirement>(REQUIREMENT, { public: false, permission: inOrganization, onAccount }),
  );
}

/** Declares a route for callers without a credential; a presented one is ignored. */
export function Public(): MethodDecorator {
  return SetMetadata<string, Requirement>(REQUIREMENT, { public: true });
}
