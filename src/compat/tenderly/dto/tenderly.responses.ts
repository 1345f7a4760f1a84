import { ApiProperty } from '@nestjs/swagger';
import type { IssuedToken } from '../../../access-tokens/token-factory.service.js';

export class TenderlyUser {
  @ApiProperty({ format: 'uuid', description: 'Of the person, or of an organization token’s organization.' })
  id!: string;
  @ApiProperty({ description: 'The username, or the slug.' }) username!: string;
  @ApiProperty({ enum: ['user', 'organization'] }) type!: 'user' | 'organization';

  @ApiProperty({ type: String, nullable: true, required: false, description: 'With `user:read`.' })
  email?: string | null;

  @ApiProperty({ type: String, nullable: true, required: false, description: 'With `user:read`.' })
  first_name?: string | null;

  @ApiProperty({ type: String, nullable: true, required: false, description: 'With `user:read`.' })
  last_name?: string | null;
}

export class TenderlyUserResponse {
  @ApiProperty() user!: TenderlyUser;
}

export class TenderlyTokenResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'lk_pat_…', description: 'The whole secret. It is never shown again.' }) secret!: string;

  static of({ secret, token }: IssuedToken): TenderlyTokenResponse {
    return { id: token.id, secret };
  }
}

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

export class TenderlyProjectsResponse {
  @ApiProperty({ type: [Object], maxItems: 0, description: 'Always empty: Latchkey has no projects.' })
  projects!: never[];
}

export class TenderlyContractsResponse {
  @ApiProperty({ type: [Object], maxItems: 0, description: 'Always empty: Latchkey has no contracts and no wallets.' })
  accounts!: never[];
}

class TenderlyErrorDetails {
  @ApiProperty({ format: 'uuid', description: 'The request’s.' }) id!: string;
  @ApiProperty({ example: 'invalid_token', description: 'The code of the problem.' }) slug!: string;
  @ApiProperty() message!: string;
}

export class TenderlyErrorResponse {
  @ApiProperty() error!: TenderlyErrorDetails;
}

/** Body of a response to a deletion: `{}`, because clients parse it. */
export type EmptyResponse = Record<string, never>;

/** OpenAPI schema of `Nothing`. */
export const EMPTY_RESPONSE_SCHEMA = { type: 'object', maxProperties: 0 };
