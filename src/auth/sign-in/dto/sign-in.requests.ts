import { EmailField, RawTextField } from '../../../platform/validation/fields.js';
import { PASSWORD_MAX_LENGTH } from '../../passwords/password-policy.js';

export class SignInRequest {
  @EmailField()
  email!: string;

  @RawTextField(1, PASSWORD_MAX_LENGTH)
  password!: string;
}
