import { RawTextField } from '../platform/validation/fields.js';

export class VerifyEmailRequest {
  @RawTextField(1, 200)
  token!: string;
}
