/** Looks at JSON before and after it is parsed for what a parser lets pass and the service cannot use. Pure. */
import { invalidField, type AppError } from '../errors/app-error.js';

/** Deeper than anything this API has; deep nesting costs recursive code its stack. */
export const DEEPEST_JSON = 32;

/** Whether brackets outside strings nest deeper than `limit`. One pass; says nothing about whether the text is JSON. */
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

const LONGEST_FIELD = 100;

/**
 * Refuses NUL and unpaired surrogates in any string or key: PostgreSQL cannot store the first, and the second has no UTF-8
 * form, so that two different texts would become one. Throws `validation_failed`; recursion is bounded by DEEPEST_JSON.
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
  return invalidField(field.slice(0, LONGEST_FIELD), 'must not contain NUL or unpaired surrogate characters');
}
