import { ApiProperty } from '@nestjs/swagger';
import type { LockedOrganization } from '../../auth/authorization/row-locks.js';
import type { MemberRow } from '../memberships.repository.js';
import { MemberResponse, presentMember } from './member.response.js';

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
