import { IsBoolean } from 'class-validator';
import { field, RawTextField } from '../platform/validation/fields.js';
import { NewPasswordField } from '../auth/passwords/password-field.js';

const REVOKE_TOKENS = 'Whether to revoke all personal access tokens too; without it they stay as they are.';

export class ResetPasswordRequest {
  @RawTextField(1, 200)
  token!: string;

  @NewPasswordField()
  newPassword!: string;

  @field({ type: Boolean, optional: true, default: false, description: REVOKE_TOKENS }, IsBoolean())
  revokeTokens?: boolean;
}
