/** What a route needs, declared on the route: `@Requires(permission)` or `@Public()`. A route with neither is refused. */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import type { LimitName } from '../platform/rate-limits/derived-limits.js';
import type { Permission } from './permissions.js';

export const REQUIREMENT = 'latchkey:requirement';

/** What a route on an account needs where the account is the caller's own person; for organizations see `permission`. */
export interface AccountRequirement {
  readonly overOneself: Permission;
  /** The account that is meant, on a route whose path names none. */
  readonly account?: string;
  /** Whether a token may do it to itself, as the route's `:tokenId`, whatever its scopes. */
  readonly orTokenItself?: boolean;
}

export interface RequirementOptions {
  /** True for a POST or PATCH that only takes authority away: no limit on changes may stand in its way. */
  readonly onlyRevokes?: boolean;
  /** A limit of its own for this route, counted per account beside the one on all changes. */
  readonly limit?: LimitName;
}

interface PermissionRequirement extends RequirementOptions {
  readonly public: false;
  readonly permission: Permission;
  readonly onAccount?: AccountRequirement;
}

export type Requirement = { readonly public: true } | PermissionRequirement;

/** The caller must hold the permission: in the organization of the path, if the path names one, else over their own. */
export function Requires(permission: Permission, options: RequirementOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata<string, Requirement>(REQUIREMENT, { public: false, permission, ...options }),
    ApiBearerAuth(),
    // Nobody lacks that one.
    ApiProblems(401, ...(permission === 'principal:self' ? [] : [403 as const]), 503),
  );
}

/** On a route with `:account`: one permission where that is an organization, another where it is the caller. */
export function RequiresOnAccount(inOrganization: Permission, onAccount: AccountRequirement): MethodDecorator {
  return applyDecorators(
    Requires(inOrganization),
    SetMetadata<string, Requirement>(REQUIREMENT, { public: false, permission: inOrganization, onAccount }),
  );
}

/** Anybody may call, without a credential; one that is sent along is not looked at. */
export function Public(): MethodDecorator {
  return SetMetadata<string, Requirement>(REQUIREMENT, { public: true });
}
