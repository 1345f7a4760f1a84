/** Checks of JSON before and after parsing, for input that a parser accepts and the service cannot use. Pure. */
import { invalidField, type AppError } from '../errors/app-error.js';

/** Deeper than any input of this API; deep nesting exhausts the stack of recursive code. */
export const MAX_JSON_DEPTH = 32;

/** Whether brackets outside strings nest deeper than `limit`. One pass; it does not check whether the text is JSON. */
export function nestsDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}

const MAX_FIELD_LENGTH = 100;

/**
 * Refuses NUL and unpaired surrogates in any string or key. PostgreSQL cannot store NUL. An unpaired surrogate has no
 * UTF-8 form, so that two different texts would become one. Throws `validation_failed`; recursion is bounded by
 * MAX_JSON_DEPTH.
 */
export function refuseUnstorableText(value: unknown, field = ''): void {
  if (typeof value === 'string') {
    if (isUnstorable(value)) throw unstorable(field);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      refuseUnstorableText(item, `${field}[${String(index)}]`);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (isUnstorable(key)) throw unstorable(field);
      refuseUnstorableText(item, field === '' ? key : `${field}.${key}`);
    }
  }
}

export function isUnstorable(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed();
}

function unstorable(field: string): AppError {
  return invalidField(field.slice(0, MAX_FIELD_LENGTH), 'must not contain NUL or unpaired surrogate characters');
}
