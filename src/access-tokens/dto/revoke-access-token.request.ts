import { EmptyIsAbsent, ReasonField } from '../../shared/fields.js';

export class RevokeAccessTokenRequest {
  @EmptyIsAbsent()
  @ReasonField(200, { optional: true, example: 'laptop stolen' })
  reason?: string;
}
