import { ApiProperty } from '@nestjs/swagger';

class TenderlyPrincipalUser {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() username!: string;
  @ApiProperty({ type: String, nullable: true, description: 'With `user:read`.' }) email!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'With `user:read`.' }) first_name!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'With `user:read`.' }) last_name!: string | null;
}

class TenderlyPrincipalOrganization {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
}

export class TenderlyPrincipal {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ description: 'The username, or the slug.' }) username!: string;
  @ApiProperty({ enum: ['user', 'organization'] }) type!: 'user' | 'organization';
  @ApiProperty({ type: TenderlyPrincipalUser, nullable: true }) user!: TenderlyPrincipalUser | null;
  @ApiProperty({ type: TenderlyPrincipalOrganization, nullable: true })
  organization!: TenderlyPrincipalOrganization | null;
}

export class TenderlyPrincipalResponse {
  @ApiProperty() principal!: TenderlyPrincipal;
}
