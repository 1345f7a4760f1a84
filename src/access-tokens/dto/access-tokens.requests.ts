import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsString, IsUUID, ValidateBy } from 'class-validator';
import { scopesOf, type TokenKind } from '../../access-control/scopes.js';
import { PageQuery } from '../../platform/http/pagination.js';
import {
  ChoiceField,
  EmptyIsAbsent,
  field,
  IdField,
  ReasonField,
  TextField,
} from '../../platform/validation/fields.js';
import { parseInstant } from '../../platform/validation/instant.js';
import { TOKEN_SORTS, TOKEN_STATUSES, type TokenSort, type TokenStatus } from '../token-row.js';

/**
 * Field for scopes. `issuing-rules.ts` decides which scopes a kind of token may carry and which ones the caller may
 * grant.
 */
function ScopesField(options: { optional?: boolean; kind?: TokenKind } = {}): PropertyDecorator {
  const { kind = 'personal', ...rest } = options;
  const scopes = scopesOf(kind);
  return field(
    { type: String, isArray: true, enum: scopes, minItems: 1, uniqueItems: true, example: ['tokens:read'], ...rest },
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(100),
    IsString({ each: true }),
  );
}

/**
 * Field for an expiry: an RFC 3339 instant, or an explicit `null` for never. A missing value is refused, so that no
 * token becomes immortal by omission.
 */
function ExpiryField(options: { optional?: boolean; description?: string } = {}): PropertyDecorator {
  return field(
    { type: String, format: 'date-time', nullable: true, example: '2027-01-31T12:00:00Z', ...options },
    ValidateBy({
      name: 'isExpiry',
      validator: {
        validate: (value) => value === null || (typeof value === 'string' && parseInstant(value) !== null),
        defaultMessage: () => 'must be an RFC 3339 instant with an offset and a year up to 9999, or null for never',
      },
    }),
  );
}

export class ListAccessTokensQuery extends PageQuery {
  @ChoiceField(TOKEN_STATUSES, { optional: true }) status?: TokenStatus;

  @IdField({ optional: true, description: 'The user who created the token.' }) createdBy?: string;

  @EmptyIsAbsent()
  @TextField(1, 100, { optional: true, description: 'Part of the label, in any case.' })
  q?: string;

  @ChoiceField(TOKEN_SORTS, {
    optional: true,
    description:
      'Newest first (the default), or last used first and never used last; what is used while the pages are read may ' +
      'come once more at the end.',
  })
  sort: TokenSort = 'createdAt';
}

export class CreateAccessTokenRequest {
  @TextField(1, 100, { example: 'deploy' }) label!: string;

  @ScopesField() scopes!: string[];

  @ExpiryField() expiresAt!: string | null;
}

export class UpdateAccessTokenRequest {
  @TextField(1, 100, { optional: true }) label?: string;

  @ScopesField({ optional: true }) scopes?: string[];
}

export class RotateAccessTokenRequest {
  @ExpiryField({ optional: true, description: 'Without it, the expiry of the old token.' })
  expiresAt?: string | null;
}

export class RevokeAccessTokenRequest {
  @EmptyIsAbsent()
  @ReasonField(200, { optional: true, example: 'laptop stolen' })
  reason?: string;
}

export class RevokeAccessTokensRequest {
  @field(
    { type: String, format: 'uuid', isArray: true, minItems: 1, maxItems: 1000, optional: true },
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(1000),
    IsUUID(undefined, { each: true }),
  )
  tokenIds?: string[];

  @field(
    { type: Boolean, enum: [true], optional: true, description: 'Every live token, instead of tokenIds.' },
    Equals(true),
  )
  all?: true;

  @EmptyIsAbsent()
  @ReasonField(200, { optional: true })
  reason?: string;
}
