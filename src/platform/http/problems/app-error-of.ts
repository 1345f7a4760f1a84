/** Makes the service's own error of whatever was thrown: by itself, by Nest, by Fastify or by the database driver. */
import { HttpException } from '@nestjs/common';
import { databaseError } from '../../database/pg-errors.js';
import { AppError, notFound } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-codes.js';

/** Statuses with which the frameworks refuse a request. Their messages quote the request, so none is passed on. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  // Over-long path parameters: nothing has such a name.
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
