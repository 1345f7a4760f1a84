import { IsBoolean } from 'class-validator';
import { NewPasswordField } from '../../auth/passwords/password-field.js';
import { PASSWORD_MAX_LENGTH } from '../../auth/passwords/password-policy.js';
import { EmailField, field, RawTextField, TextField } from '../../platform/validation/fields.js';

const REVOKE_TOKENS = 'Whether to revoke all personal access tokens too; without it they stay as they are.';

export class RegisterRequest {
  @EmailField()
  email!: string;

  @NewPasswordField()
  password!: string;

  @TextField(1, 100)
  name!: string;
}

export class VerifyEmailRequest {
  @RawTextField(1, 200)
  token!: string;
}

export class ChangePasswordRequest {
  @RawTextField(1, PASSWORD_MAX_LENGTH)
  currentPassword!: string;

  @NewPasswordField()
  newPassword!: string;

  @field({ type: Boolean, optional: true, default: false, description: REVOKE_TOKENS }, IsBoolean())
  revokeTokens?: boolean;
}

export class ForgotPasswordRequest {
  @EmailField()
  email!: string;
}

export class ResetPasswordRequest {
  @RawTextField(1, 200)
  token!: string;

  @NewPasswordField()
  newPassword!: string;

  @field({ type: Boolean, optional: true, default: false, description: REVOKE_TOKENS }, IsBoolean())
  revokeTokens?: boolean;
}

export class UpdateProfileRequest {
  @TextField(1, 100)
  name!: string;
}

export class DeleteProfileRequest {
  @RawTextField(1, 128)
  password!: string;
}
