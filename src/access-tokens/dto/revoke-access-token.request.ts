import { EmptyIsAbsent, TextField } from '../../shared/fields.js';

export class RevokeAccessTokenRequest {
  @EmptyIsAbsent()
  @TextField(1, 200, { optional: true, example: 'laptop stolen' })
  reason?: string;
}
