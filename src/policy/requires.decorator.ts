/** What a route needs, declared on the route: `@Requires(permission)` or `@Public()`. A route with neither is refused. */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { ApiProblems } from '../errors/api-problems.decorator.js';
import type { Permission } from './permissions.js';

export const REQUIREMENT = 'latchkey:requirement';

export type Requirement =
  { readonly public: true } | { readonly public: false; readonly permission: Permission; readonly ofHolder?: boolean };

/**
 * The caller must hold the permission: in the organization of the path, if the path names one, else over their own. With
 * `ofHolder`, for paths of other services that name no organization, an organization token's own is its organization's.
 */
export function Requires(permission: Permission, { ofHolder = false } = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata<string, Requirement>(REQUIREMENT, { public: false, permission, ofHolder }),
    ApiBearerAuth(),
    ApiProblems(401, 403, 503),
  );
}

/** Anybody may call, without a credential; one that is sent along is not looked at. */
export function Public(): MethodDecorator {
  return SetMetadata<string, Requirement>(REQUIREMENT, { public: true });
}
