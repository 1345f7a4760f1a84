/** The HTTP form of an error: status, headers and the body of RFC 9457. Pure; it adds nothing to the error. */
import type { AppError, FieldFault } from '../../errors/app-error.js';
import { ERROR_CODES, type ErrorCode } from '../../errors/error-codes.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly requestId: string;
  readonly errors?: readonly FieldFault[];
}

export function problemOf({ code, options }: AppError, requestId: string): Problem {
  const { status, title } = ERROR_CODES[code];
  const { detail, errors, retryAfterSeconds, neededScope } = options;
  const challenge = challengeFor(code, neededScope);
  const retryAfter = retryAfterSeconds ?? (status === 503 || status === 429 ? 1 : undefined);
  return {
    status,
    headers: {
      'content-type': `${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
      'cache-control': 'no-store',
      ...(challenge !== null && { 'www-authenticate': challenge }),
      ...(retryAfter !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }),
    },
    body: {
      type: `urn:latchkey:problem:${code}`,
      title,
      status,
      code,
      ...(detail !== undefined && status < 500 && { detail }),
      requestId,
      ...(errors !== undefined && { errors }),
    },
  };
}

/** RFC 6750 section 3: the error parameter is sent only if a credential was presented. */
function challengeFor(code: ErrorCode, neededScope: string | undefined): string | null {
  const realm = 'Bearer realm="latchkey"';
  if (code === 'invalid_token') return `${realm}, error="invalid_token"`;
  if (code === 'ambiguous_credentials') return `${realm}, error="invalid_request"`;
  if (code === 'insufficient_scope') {
    const scope = neededScope === undefined ? '' : `, scope="${neededScope}"`;
    return `${realm}, error="insufficient_scope"${scope}`;
  }
  return ERROR_CODES[code].status === 401 ? realm : null;
}
