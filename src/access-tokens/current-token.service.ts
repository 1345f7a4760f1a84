/** Permissions of every token over itself, whatever its scopes. */
import { Injectable } from '@nestjs/common';
import { accessTo, ownPermissions, visibleMemberships } from '../access-control/effective-permissions.js';
import type { Owner } from '../access-control/owner.js';
import { SELF_PERMISSIONS, type Permission } from '../access-control/permissions.js';
import type { Caller, PersonalTokenPrincipal, Principal, TokenPrincipal } from '../access-control/principal.js';
import { AppError } from '../platform/errors/app-error.js';
import { AccessTokensService } from './access-tokens.service.js';
import { AccessTokenResponse } from './dto/access-tokens.responses.js';
import type { PresentedTokenResponse, TokenReachResponse } from './dto/current-token.responses.js';
import { RevocationService } from './revocation.service.js';

const SELF_PERMISSION_SET: ReadonlySet<Permission> = new Set(SELF_PERMISSIONS);

@Injectable()
export class CurrentTokenService {
  constructor(
    private readonly tokens: AccessTokensService,
    private readonly revocation: RevocationService,
  ) {}

  async describe({ principal }: Caller): Promise<PresentedTokenResponse> {
    const holder = asToken(principal);
    const token = AccessTokenResponse.of(await this.tokens.get(ownerOfToken(holder), holder.token.id));
    if (holder.kind === 'organization-token') {
      const permissions = accessTo(holder, holder.organization.id)?.permissions ?? new Set();
      return { token, organization: holder.organization, permissions: listed(permissions) };
    }
    const { id, email, name, username } = holder.user;
    const permissions = listed(ownPermissions(holder));
    return { token, user: { id, email, name, username }, permissions, organizations: reachOf(holder) };
  }

  async revoke(caller: Caller, reason: string | null): Promise<void> {
    const holder = asToken(caller.principal);
    await this.revocation.revoke(ownerOfToken(holder), caller, holder.token.id, reason);
  }
}

function asToken(principal: Principal): TokenPrincipal {
  if (principal.kind === 'session') throw new AppError('forbidden', { detail: 'Present a token.' });
  return principal;
}

function ownerOfToken(holder: TokenPrincipal): Owner {
  return holder.kind === 'organization-token'
    ? { kind: 'organization', organizationId: holder.organization.id }
    : { kind: 'user', userId: holder.user.id };
}

function reachOf(holder: PersonalTokenPrincipal): TokenReachResponse[] {
  return visibleMemberships(holder).map(({ organizationId, organizationSlug, role }) => ({
    id: organizationId,
    slug: organizationSlug,
    role,
    permissions: listed(accessTo(holder, organizationId)?.permissions ?? new Set()),
  }));
}

/** The permissions for the response, without the ones that every token has. */
function listed(permissions: ReadonlySet<Permission>): Permission[] {
  return [...permissions].filter((permission) => !SELF_PERMISSION_SET.has(permission)).sort();
}
