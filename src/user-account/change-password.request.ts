import { IsBoolean } from 'class-validator';
import { field, RawTextField } from '../platform/validation/fields.js';
import { NewPasswordField } from '../auth/passwords/password-field.js';
import { PASSWORD_MAX_LENGTH } from '../auth/passwords/password-policy.js';

const REVOKE_TOKENS = 'Whether to revoke all personal access tokens too; without it they stay as they are.';

export class ChangePasswordRequest {
  @RawTextField(1, PASSWORD_MAX_LENGTH)
  currentPassword!: string;

  @NewPasswordField()
  newPassword!: string;

  @field({ type: Boolean, optional: true, default: false, description: REVOKE_TOKENS }, IsBoolean())
  revokeTokens?: boolean;
}
