import { IsString, Matches } from 'class-validator';
import { field } from '../../platform/validation/fields.js';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password-policy.js';

const LENGTHS = `${String(PASSWORD_MIN_LENGTH)},${String(PASSWORD_MAX_LENGTH)}`;

/** A new password. Any characters; length in code points, so that an emoji counts as one. */
export function NewPasswordField(): PropertyDecorator {
  return field(
    { type: String, format: 'password', minLength: PASSWORD_MIN_LENGTH, maxLength: PASSWORD_MAX_LENGTH },
    IsString(),
    Matches(new RegExp(`^[^\\0\\p{Cs}]{${LENGTHS}}$`, 'u'), {
      message: `must be ${String(PASSWORD_MIN_LENGTH)} to ${String(PASSWORD_MAX_LENGTH)} characters long`,
    }),
  );
}
