import { ApiProperty } from '@nestjs/swagger';

class PrincipalUser {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() username!: string;
  @ApiProperty({ type: String, nullable: true, description: 'With `user:read`.' }) email!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'With `user:read`.' }) first_name!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'With `user:read`.' }) last_name!: string | null;
}

class PrincipalOrganization {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
}

export class TenderlyPrincipal {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ description: 'The username, or the slug.' }) username!: string;
  @ApiProperty({ enum: ['user', 'organization'] }) type!: 'user' | 'organization';
  @ApiProperty({ type: PrincipalUser, nullable: true }) user!: PrincipalUser | null;
  @ApiProperty({ type: PrincipalOrganization, nullable: true }) organization!: PrincipalOrganization | null;
}

export class PrincipalResponse {
  @ApiProperty() principal!: TenderlyPrincipal;
}
