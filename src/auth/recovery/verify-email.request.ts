import { RawTextField } from '../../shared/fields.js';

export class VerifyEmailRequest {
  @RawTextField(1, 200)
  token!: string;
}
