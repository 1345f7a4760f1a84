import { ValidateBy } from 'class-validator';
import { field } from '../../platform/validation/fields.js';
import { parseInstant } from '../../platform/validation/instant.js';

/** An instant, or an explicit `null` for never: nobody gets an immortal token by leaving something out. */
export function ExpiryField(options: { optional?: boolean; description?: string } = {}): PropertyDecorator {
  return field(
    { type: String, format: 'date-time', nullable: true, example: '2027-01-31T12:00:00Z', ...options },
    ValidateBy({
      name: 'isExpiry',
      validator: {
        validate: (value) => value === null || (typeof value === 'string' && parseInstant(value) !== null),
        defaultMessage: () => 'must be an RFC 3339 instant with an offset and a year up to 9999, or null for never',
      },
    }),
  );
}
