import { z } from 'zod';

/** Thrown by a variable's parser with a message of its own, which must not repeat the variable's text. */
export class Refusal extends Error {}

/**
 * A schema from a variable's text to its value. Any other error of the parser becomes "must be <expected>": libraries'
 * messages often quote their input, and a secret must not end up in a log.
 */
export function variable<T>(expected: string, parse: (text: string) => T) {
  return z.string().transform((text, context): T => {
    try {
      return parse(text);
    } catch (error) {
      const message = error instanceof Refusal && error.message !== '' ? error.message : `must be ${expected}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });
}

/** Refuses the text with the variable's standard message unless the condition is true. */
export function demand(condition: boolean): asserts condition {
  if (!condition) throw new Refusal();
}

export function listOf<T>(text: string, parse: (item: string) => T): T[] {
  return text === '' ? [] : text.split(',').map((item) => parse(item.trim()));
}
