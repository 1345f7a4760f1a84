import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../access-control/role-grants.js';
import {
  INVITATION_STATUSES,
  type InvitationRow,
  type InvitationStatus,
} from '../invitations/invitations.repository.js';

export class InviterResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
}

export class InvitationResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'email' }) email!: string;
  @ApiProperty({ enum: ROLES }) role!: Role;
  @ApiProperty({ type: InviterResponse, nullable: true, description: '`null` when a token invited.' })
  invitedBy!: InviterResponse | null;
  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: Date;
  @ApiProperty({ type: String, format: 'date-time' }) expiresAt!: Date;
  @ApiProperty({ enum: INVITATION_STATUSES }) status!: InvitationStatus;
}

export class InvitationsPage {
  @ApiProperty({ type: [InvitationResponse] }) items!: readonly InvitationResponse[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

export function presentInvitation(row: InvitationRow): InvitationResponse {
  const { id, email, role, inviterId, inviterName, createdAt, expiresAt, status } = row;
  const invitedBy = inviterId === null ? null : { id: inviterId, name: inviterName ?? '' };
  return { id, email, role, invitedBy, createdAt, expiresAt, status };
}
