import { EmailField } from '../platform/validation/fields.js';

export class ForgotPasswordRequest {
  @EmailField()
  email!: string;
}
