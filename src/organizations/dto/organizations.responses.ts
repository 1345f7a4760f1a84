import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../access-control/role-grants.js';
import type { Organization } from '../organization.entity.js';

export class OrganizationResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty() slug!: string;
  @ApiProperty({ enum: ROLES, nullable: true, description: "The caller's role; `null` for an organization token." })
  role!: Role | null;
  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: Date;
  @ApiProperty({ type: String, format: 'date-time' }) updatedAt!: Date;
}

export class OrganizationsPage {
  @ApiProperty({ type: [OrganizationResponse] }) items!: readonly OrganizationResponse[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

export function presentOrganization(organization: Organization, role: Role | null): OrganizationResponse {
  const { id, name, slug, createdAt, updatedAt } = organization;
  return { id, name, slug, role, createdAt, updatedAt };
}
