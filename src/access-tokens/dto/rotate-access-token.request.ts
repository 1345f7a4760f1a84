import { ExpiryField } from './expiry-field.js';

export class RotateAccessTokenRequest {
  @ExpiryField({ optional: true, description: 'Without it, the expiry of the old token.' })
  expiresAt?: string | null;
}
