/**
 * The translation of any thrown value into the service's own error: from the service, Nest, Fastify or the database
 * driver.
 */
import { HttpException } from '@nestjs/common';
import { databaseError } from '../../database/pg-errors.js';
import { AppError, notFound } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-codes.js';

/**
 * Error codes by the status of a framework's refusal. The frameworks' messages quote the request and are not passed on.
 */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  // Over-long path parameters: no object has such a name.
  414: 'not_found',
  415: 'unsupported_media_type',
  422: 'validation_failed',
  429: 'rate_limited',
  503: 'unavailable',
};

export function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const status = statusOf(thrown);
  if (status !== null && (status < 500 || status === 503)) return frameworkError(status, thrown);
  return databaseError(thrown) ?? new AppError('internal', { internal: 'unexpected error', cause: thrown });
}

function frameworkError(status: number, cause: unknown): AppError {
  const code = BY_STATUS[status] ?? 'bad_request';
  return code === 'not_found' ? notFound() : new AppError(code, { cause });
}

function statusOf(thrown: unknown): number | null {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return Number.isInteger(status) && Number(status) >= 400 ? Number(status) : null;
}
