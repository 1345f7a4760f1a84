/**
 * The only error that the service throws on purpose. It knows nothing of HTTP except its code; the problem filter turns
 * it into a response.
 */
import type { ErrorCode } from './error-codes.js';

/** One fault of one input field. The value itself is never repeated: it may be a secret. */
export interface FieldFault {
  /** Path of the field, such as `scopes[2]`. */
  readonly field: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** Text for the client. Must contain no secret and nothing that the client may not know. */
  readonly detail?: string;
  /** Text for the log only. */
  readonly internal?: string;
  readonly cause?: unknown;
  readonly errors?: readonly FieldFault[];
  /** Seconds until a retry makes sense (`Retry-After`, RFC 9110 section 10.2.3); only for 429 and 503. */
  readonly retryAfterSeconds?: number;
  /** The scope that was missing (RFC 6750 section 3.1); only for `insufficient_scope`. */
  readonly neededScope?: string;
}

export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    readonly options: AppErrorOptions = {},
  ) {
    super(options.internal ?? options.detail ?? code, { cause: options.cause });
  }
}

/** The same error for a missing object and for one that the caller may not see, so that they cannot be told apart. */
export function notFound(): AppError {
  return new AppError('not_found', { detail: 'There is nothing here that you can see.' });
}

/** A 422 about one field. */
export function invalidField(field: string, message: string): AppError {
  return new AppError('validation_failed', {
    detail: 'One or more fields are not valid.',
    errors: [{ field, message }],
  });
}
