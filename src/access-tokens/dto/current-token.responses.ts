import { ApiProperty } from '@nestjs/swagger';
import type { Permission } from '../../access-control/permissions.js';
import { ROLES, type Role } from '../../access-control/role-grants.js';
import { AccessTokenResponse } from './access-tokens.responses.js';

class TokenOrganizationResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() slug!: string;
  @ApiProperty() name!: string;
}

class TokenUserResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'email' }) email!: string;
  @ApiProperty() name!: string;
  @ApiProperty() username!: string;
}

export class TokenReachResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() slug!: string;
  @ApiProperty({ enum: [...ROLES] }) role!: Role;
  @ApiProperty({ type: [String] }) permissions!: readonly Permission[];
}

export class PresentedTokenResponse {
  @ApiProperty() token!: AccessTokenResponse;

  @ApiProperty({ required: false, description: 'Of an organization token.' })
  organization?: TokenOrganizationResponse;

  @ApiProperty({ required: false, description: 'Of a personal token.' })
  user?: TokenUserResponse;

  @ApiProperty({
    type: [String],
    description: 'What it may do now: in its organization, or over what is its user’s own.',
  })
  permissions!: readonly Permission[];

  @ApiProperty({ required: false, type: [TokenReachResponse], description: 'Where a personal token reaches now.' })
  organizations?: readonly TokenReachResponse[];
}
