import { EmailField, RawTextField } from '../../shared/fields.js';
import { PASSWORD_MAX_LENGTH } from '../password-policy.js';

export class SignInRequest {
  @EmailField()
  email!: string;

  @RawTextField(1, PASSWORD_MAX_LENGTH)
  password!: string;
}
