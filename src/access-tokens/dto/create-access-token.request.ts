import { TextField } from '../../platform/validation/fields.js';
import { ExpiryField } from './expiry-field.js';
import { ScopesField } from './scopes-field.js';

export class CreateAccessTokenRequest {
  @TextField(1, 100, { example: 'deploy' }) label!: string;

  @ScopesField() scopes!: string[];

  @ExpiryField() expiresAt!: string | null;
}
