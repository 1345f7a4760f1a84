/**
 * Decorators of input fields, one per kind, for both validation and documentation. The OpenAPI file can therefore never
 * promise another rule than the enforced one.
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsDate,
  IsEmail,
  IsIn,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { withoutAccessTokens } from '../logging/secret-patterns.js';
import { parseInstant } from './instant.js';

/**
 * A quoted local part may contain line breaks (header injection), and invisible characters make look-alike accounts.
 */
const UNQUOTED_ADDRESS = /^[^\s\p{C}"]*$/u;

interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** May be left out; `null` is still refused. */
  readonly optional?: boolean;
}

/**
 * No control, bidirectional, zero-width, separator or unpaired surrogate characters: the text looks the way it is
 * stored.
 */
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*$/u;

/** At least one character that is no mark, no space, no format character and no filler. */
const VISIBLE = /[^\p{M}\p{Z}\p{Cf}\u115f\u1160\u3164\uffa0]/u;

/**
 * A short, single-line text for people, trimmed before it is measured. Length in characters (code points). A text with
 * an access token is refused: such text is shown to others, and stays in the audit trail.
 */
export function TextField(min: number, max: number, options: FieldOptions = {}): PropertyDecorator {
  return textField(
    min,
    max,
    options,
    ({ value }) => (typeof value === 'string' ? value.trim() : value),
    ValidateBy({
      name: 'withoutAccessTokens',
      validator: {
        validate: (value) => typeof value !== 'string' || withoutAccessTokens(value) === value,
        defaultMessage: () => 'must not contain an access token',
      },
    }),
  );
}

/**
 * The same, but an access token is removed from the text: a reaction to a leak must not fail because it names the
 * token.
 */
export function ReasonField(max: number, options: FieldOptions = {}): PropertyDecorator {
  return textField(1, max, options, ({ value }) =>
    typeof value === 'string' ? withoutAccessTokens(value.trim()) : value,
  );
}

function textField(
  min: number,
  max: number,
  options: FieldOptions,
  transform: (given: { value: unknown }) => unknown,
  ...validators: PropertyDecorator[]
): PropertyDecorator {
  return field(
    { type: String, minLength: min, maxLength: max, ...options },
    Transform(transform),
    IsString(),
    Matches(new RegExp(`^.{${String(min)},${String(max)}}$`, 'su'), {
      message: `must be ${String(min)} to ${String(max)} characters long`,
    }),
    Matches(PLAIN_TEXT, { message: 'must not contain control or invisible characters' }),
    Matches(VISIBLE, { message: 'must have a visible character' }),
    ...validators,
  );
}

/** Text without any change, such as a password or a mailed secret. */
export function RawTextField(min: number, max: number, options: FieldOptions = {}): PropertyDecorator {
  return field({ type: String, minLength: min, maxLength: max, ...options }, IsString(), Length(min, max));
}

export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { type: String, format: 'email', ...options },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsString(),
    MaxLength(254),
    IsEmail({}, { message: 'must be an email address' }),
    Matches(UNQUOTED_ADDRESS, { message: 'must be an email address without quotes, spaces or invisible characters' }),
  );
}

export function ChoiceField(choices: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field({ enum: [...choices], ...options }, IsString(), IsIn([...choices]));
}

export function IdField(options: FieldOptions = {}): PropertyDecorator {
  return field({ type: String, format: 'uuid', ...options }, IsUUID());
}

/** An instant with its offset, converted to a Date. In a query string its `+` must be written as `%2B`. */
export function InstantField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { type: String, format: 'date-time', ...options },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (parseInstant(value) ?? value) : value)),
    IsDate({ message: 'must be an RFC 3339 instant with an offset, such as 2030-01-31T12:00:00Z' }),
  );
}

/** Treats `null` and the empty text as an absent field: forms and generated clients send them for "none". */
export function EmptyIsAbsent(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === null || value === '' ? undefined : value));
}

/** Combines validators with documentation; an `optional` field may be absent. */
export function field(
  { optional = false, ...documentation }: ApiPropertyOptions & { optional?: boolean },
  ...validators: PropertyDecorator[]
): PropertyDecorator {
  const property = { ...documentation, required: !optional } as ApiPropertyOptions;
  const absence = optional ? [ValidateIf((_, value) => value !== undefined)] : [];
  return applyDecorators(ApiProperty(property), ...absence, ...validators);
}
