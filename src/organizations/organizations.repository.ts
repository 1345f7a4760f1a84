import { Injectable } from '@nestjs/common';
import { And, DataSource, In, LessThan } from 'typeorm';
import type { Tx } from '../platform/database/transactions.service.js';
import { Organization } from './organization.entity.js';

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findOrganization(organizationId: string, manager = this.dataSource.manager): Promise<Organization | null> {
    return manager.findOneBy(Organization, { id: organizationId });
  }

  /** Lists organizations newest first, starting after the organization `after`. */
  async listOrganizations(
    organizationIds: readonly string[],
    after: string | null,
    count: number,
  ): Promise<Organization[]> {
    return this.dataSource.manager.find(Organization, {
      where: { id: after === null ? In(organizationIds) : And(In(organizationIds), LessThan(after)) },
      order: { id: 'DESC' },
      take: count,
    });
  }

  /**
   * Reserves the slug for good. Returns false when any organization or person has it or ever had it. Waits for a
   * concurrent claim of the same slug, so the result also holds in a race.
   */
  async claimSlug(tx: Tx, organizationId: string, slug: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      'INSERT INTO account_names (name, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING name',
      [slug, organizationId],
    );
    return rows.length === 1;
  }

  async insertOrganization(tx: Tx, organization: Pick<Organization, 'id' | 'name' | 'slug'>): Promise<void> {
    await tx.insert(Organization, {
      ...organization,
      createdAt: () => 'clock_timestamp()',
      updatedAt: () => 'clock_timestamp()',
    });
  }

  async updateName(tx: Tx, organizationId: string, name: string): Promise<void> {
    await tx.update(Organization, { id: organizationId }, { name, updatedAt: () => 'clock_timestamp()' });
  }

  /** Deletes the organization with its members, tokens and invitations (ON DELETE CASCADE). Its slug stays reserved. */
  async deleteOrganization(tx: Tx, organizationId: string): Promise<void> {
    await tx.delete(Organization, { id: organizationId });
  }
}
