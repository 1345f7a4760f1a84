import { ArrayMaxSize, ArrayMinSize, IsArray, IsString } from 'class-validator';
import type { TokenKind } from '../../access-control/scopes.js';
import { scopesOf } from '../../access-control/scopes.js';
import { field } from '../../platform/validation/fields.js';

/** Which scopes there are for which kind of token, and what the caller may grant, is judged in issuing-rules.ts. */
export function ScopesField(options: { optional?: boolean; kind?: TokenKind } = {}): PropertyDecorator {
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
