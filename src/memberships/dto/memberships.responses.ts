import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../access-control/role-grants.js';
import type { LockedOrganization } from '../../auth/authorization/row-locks.js';
import type { MemberRow } from '../memberships.repository.js';

export class MemberUserResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'email' }) email!: string;
  @ApiProperty() name!: string;
}

export class MemberResponse {
  @ApiProperty({ type: MemberUserResponse }) user!: MemberUserResponse;
  @ApiProperty({ enum: ROLES }) role!: Role;
  @ApiProperty({ type: String, format: 'date-time' }) joinedAt!: Date;
}

export class MembersPage {
  @ApiProperty({ type: [MemberResponse] }) items!: readonly MemberResponse[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

export function presentMember({ userId, email, name, role, joinedAt }: MemberRow): MemberResponse {
  return { user: { id: userId, email, name }, role, joinedAt };
}

export class JoinedOrganizationResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty() slug!: string;
}

export class JoinedResponse extends MemberResponse {
  @ApiProperty({ type: JoinedOrganizationResponse }) organization!: JoinedOrganizationResponse;
}

export function presentJoined({ id, name, slug }: LockedOrganization, member: MemberRow): JoinedResponse {
  const { user, role, joinedAt } = presentMember(member);
  return { organization: { id, name, slug }, user, role, joinedAt };
}
