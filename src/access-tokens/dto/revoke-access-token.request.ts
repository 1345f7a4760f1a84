import { EmptyIsAbsent, ReasonField } from '../../platform/validation/fields.js';

export class RevokeAccessTokenRequest {
  @EmptyIsAbsent()
  @ReasonField(200, { optional: true, example: 'laptop stolen' })
  reason?: string;
}
