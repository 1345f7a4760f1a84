import { RawTextField } from '../../platform/validation/fields.js';

export class AcceptInvitationRequest {
  @RawTextField(1, 200, { description: 'The `token` of the mailed link.' })
  token!: string;
}
