import { IsString, Matches, ValidateBy } from 'class-validator';
import { EmptyIsAbsent, field, TextField } from '../../platform/validation/fields.js';
import { isReservedSlug, MAX_SLUG_LENGTH, MIN_SLUG_LENGTH, SLUG_PATTERN } from '../slug.js';

function SlugField(): PropertyDecorator {
  const length = { minLength: MIN_SLUG_LENGTH, maxLength: MAX_SLUG_LENGTH };
  return field(
    { type: String, pattern: SLUG_PATTERN.source, ...length, optional: true, description: 'Derived from the name.' },
    IsString(),
    Matches(new RegExp(`^.{${String(MIN_SLUG_LENGTH)},${String(MAX_SLUG_LENGTH)}}$`, 's'), {
      message: `must be ${String(MIN_SLUG_LENGTH)} to ${String(MAX_SLUG_LENGTH)} characters long`,
    }),
    Matches(SLUG_PATTERN, { message: 'must be lower-case letters and digits with single hyphens between them' }),
    ValidateBy(
      { name: 'isFreeToUse', validator: { validate: (value) => typeof value !== 'string' || !isReservedSlug(value) } },
      { message: 'must not be a reserved word or look like an id' },
    ),
  );
}

export class CreateOrganizationRequest {
  @TextField(1, 100)
  name!: string;

  @EmptyIsAbsent()
  @SlugField()
  slug?: string;
}

export class RenameOrganizationRequest {
  @TextField(1, 100)
  name!: string;
}
