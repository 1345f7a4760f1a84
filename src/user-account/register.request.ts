import { EmailField, TextField } from '../platform/validation/fields.js';
import { NewPasswordField } from '../auth/passwords/password-field.js';

export class RegisterRequest {
  @EmailField()
  email!: string;

  @NewPasswordField()
  password!: string;

  @TextField(1, 100)
  name!: string;
}
