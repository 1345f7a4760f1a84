import { EmailField, TextField } from '../../shared/fields.js';
import { NewPasswordField } from '../password-field.js';

export class RegisterRequest {
  @EmailField()
  email!: string;

  @NewPasswordField()
  password!: string;

  @TextField(1, 100)
  name!: string;
}
