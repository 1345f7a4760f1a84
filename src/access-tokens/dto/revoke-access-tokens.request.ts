import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsUUID } from 'class-validator';
import { EmptyIsAbsent, field, ReasonField } from '../../platform/validation/fields.js';

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
