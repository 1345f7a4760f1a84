import { ApiProperty } from '@nestjs/swagger';
import type { Scope, TokenKind } from '../../access-control/scopes.js';
import type { Page } from '../../platform/http/pagination.js';
import type { IssuedToken } from '../token-factory.service.js';
import { TOKEN_STATUSES, type AccessTokenRow, type TokenStatus } from '../token-row.js';

class NamedUserResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
}

export class AccessTokenResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['personal', 'organization'] }) kind!: TokenKind;
  @ApiProperty({ example: 'deploy' }) label!: string;
  @ApiProperty({ type: [String], example: ['tokens:read'] }) scopes!: readonly Scope[];
  @ApiProperty({ example: 'lk_org_…x3Zk' }) hint!: string;
  @ApiProperty({ enum: [...TOKEN_STATUSES] }) status!: TokenStatus;
  @ApiProperty() createdAt!: Date;
  @ApiProperty({ type: NamedUserResponse, nullable: true }) createdBy!: NamedUserResponse | null;
  @ApiProperty({ type: Date, nullable: true }) expiresAt!: Date | null;
  @ApiProperty({ type: Date, nullable: true, description: 'Within about a minute.' }) lastUsedAt!: Date | null;
  @ApiProperty({ type: String, nullable: true }) lastUsedIp!: string | null;
  @ApiProperty({ type: Date, nullable: true }) revokedAt!: Date | null;
  @ApiProperty({ type: NamedUserResponse, nullable: true }) revokedBy!: NamedUserResponse | null;
  @ApiProperty({ type: String, nullable: true }) revokeReason!: string | null;

  static of({ lastUsedMicros: _, ...token }: AccessTokenRow): AccessTokenResponse {
    return token;
  }
}

export class IssuedAccessTokenResponse {
  @ApiProperty({ example: 'lk_org_…', description: 'The whole secret. It is never shown again.' }) secret!: string;
  @ApiProperty() token!: AccessTokenResponse;

  static of({ secret, token }: IssuedToken): IssuedAccessTokenResponse {
    return { secret, token: AccessTokenResponse.of(token) };
  }
}

export class AccessTokensResponse implements Page<AccessTokenResponse> {
  @ApiProperty({ type: [AccessTokenResponse] }) items!: readonly AccessTokenResponse[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;

  static of({ items, nextCursor }: Page<AccessTokenRow>): AccessTokensResponse {
    return { items: items.map((token) => AccessTokenResponse.of(token)), nextCursor };
  }
}

export class RevokedAccessTokensResponse {
  @ApiProperty({ description: 'How many tokens this call revoked.' }) revoked!: number;
}
