import { Injectable } from '@nestjs/common';
import { visibleMemberships, type OrganizationAccess } from '../access-control/effective-permissions.js';
import { ownerOf } from '../access-control/owner.js';
import { userOf, type Caller, type Principal } from '../access-control/principal.js';
import type { Role } from '../access-control/role-grants.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { newListedId } from '../platform/database/database-ids.js';
import { isId } from '../platform/database/ids.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError, notFound } from '../platform/errors/app-error.js';
import { decodeCursor, pageOf, type Page, type PageQuery } from '../platform/http/pagination.js';
import type { CreateOrganizationRequest } from './dto/organizations.requests.js';
import { presentOrganization, type OrganizationResponse } from './dto/organizations.responses.js';
import { OrganizationQuota } from './organization-quota.service.js';
import type { Organization } from './organization.entity.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { deriveSlug, withRandomSuffix } from './slug.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsService,
    private readonly quota: OrganizationQuota,
    private readonly authorized: AuthorizedTransaction,
    private readonly audit: AuditTrail,
  ) {}

  /** Lists the caller's organizations. An organization token gets its own organization, never others of its creator. */
  async list({ principal }: Caller, { limit, cursor }: PageQuery): Promise<Page<OrganizationResponse>> {
    const after = decodeCursor(cursor, [isId])?.[0] ?? null;
    const roles = visibleRoles(principal);
    const rows = await this.organizations.listOrganizations([...roles.keys()], after, limit + 1);
    return pageOf(
      rows,
      limit,
      (row) => [row.id],
      (row) => presentOrganization(row, roles.get(row.id) ?? null),
    );
  }

  async get({ organizationId, role }: OrganizationAccess): Promise<OrganizationResponse> {
    return presentOrganization(await this.getOrganization(organizationId), role);
  }

  async create(caller: Caller, { name, slug }: CreateOrganizationRequest): Promise<OrganizationResponse> {
    const founder = userOf(caller.principal);
    if (!founder) throw notFound();
    const need = { owner: ownerOf(caller), permission: 'user:manage' } as const;
    return this.authorized.run(need, caller, async ({ tx }) => {
      await this.quota.ensureBelowQuota(tx, founder.id);
      const id = await newListedId(tx);
      const claimed = slug === undefined ? await this.claimDerived(tx, id, name) : await this.claim(tx, id, slug);
      await this.organizations.insertOrganization(tx, { id, name, slug: claimed });
      await this.memberships.enrolFounder(tx, id, founder.id);
      await this.audit.recordIn(tx, id, caller, {
        action: 'organization.created',
        target: { kind: 'organization', id, name },
        details: { slug: claimed },
      });
      return presentOrganization(await this.getOrganization(id, tx), 'owner');
    });
  }

  async rename(
    caller: Caller,
    { organizationId, role }: OrganizationAccess,
    name: string,
  ): Promise<OrganizationResponse> {
    const need = { permission: 'organization:update' } as const;
    return this.authorized.runIn(organizationId, need, caller, async ({ tx, organization }) => {
      if (organization.name !== name) {
        await this.organizations.updateName(tx, organizationId, name);
        await this.audit.recordIn(tx, organizationId, caller, {
          action: 'organization.updated',
          target: { kind: 'organization', id: organizationId, name },
          details: { from: organization.name, to: name },
        });
      }
      return presentOrganization(await this.getOrganization(organizationId, tx), role);
    });
  }

  /** Deletes the organization. The commit ends members' access, its tokens and its invitations at once. */
  async delete(caller: Caller, organizationId: string): Promise<void> {
    const need = { permission: 'organization:delete' } as const;
    await this.authorized.runIn(organizationId, need, caller, async ({ tx, organization }) => {
      const { name, slug } = organization;
      await this.organizations.deleteOrganization(tx, organizationId);
      await this.audit.recordIn(tx, organizationId, caller, {
        action: 'organization.deleted',
        target: { kind: 'organization', id: organizationId, name },
        details: { slug },
      });
    });
  }

  private async claim(tx: Tx, organizationId: string, slug: string): Promise<string> {
    if (await this.organizations.claimSlug(tx, organizationId, slug)) return slug;
    throw new AppError('slug_taken', { detail: 'The slug is, or was, the name of another account.' });
  }

  /**
   * Claims a slug derived from the name, and retries once with a random suffix: one of 900 million, so a second
   * conflict is practically impossible.
   */
  private async claimDerived(tx: Tx, organizationId: string, name: string): Promise<string> {
    const derived = deriveSlug(name);
    if (await this.organizations.claimSlug(tx, organizationId, derived)) return derived;
    return this.claim(tx, organizationId, withRandomSuffix(derived));
  }

  private async getOrganization(organizationId: string, tx?: Tx): Promise<Organization> {
    const organization = await this.organizations.findOrganization(organizationId, tx);
    if (!organization) throw notFound();
    return organization;
  }
}

function visibleRoles(principal: Principal): Map<string, Role | null> {
  if (principal.kind === 'organization-token') return new Map([[principal.organization.id, null]]);
  return new Map(visibleMemberships(principal).map(({ organizationId, role }) => [organizationId, role]));
}
