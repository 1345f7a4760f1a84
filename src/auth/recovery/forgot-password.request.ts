import { EmailField } from '../../shared/fields.js';

export class ForgotPasswordRequest {
  @EmailField()
  email!: string;
}
