/**
 * All error codes of the API, with HTTP status and title (RFC 9457 section 3.1). The list is closed: clients program
 * against the codes, so a code is never renamed and never changes its status.
 */
export const ERROR_CODES = {
  bad_request: { status: 400, title: 'Bad request' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  ambiguous_credentials: { status: 400, title: 'More than one credential in one request' },
  unauthenticated: { status: 401, title: 'A credential is required' },
  invalid_token: { status: 401, title: 'The credential is not valid' },
  invalid_credentials: { status: 401, title: 'The email address or password is wrong' },
  invalid_refresh: { status: 401, title: 'The session cannot be refreshed' },
  forbidden: { status: 403, title: 'The permission is missing' },
  insufficient_scope: { status: 403, title: 'The token lacks the needed scope' },
  scope_not_grantable: { status: 403, title: 'A scope exceeds what you may grant' },
  email_unproven: { status: 403, title: 'Your email address is not proven' },
  cross_site_request: { status: 403, title: 'The request came from a foreign site' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict with the present state' },
  last_owner: { status: 409, title: 'An organization must keep an owner' },
  slug_taken: { status: 409, title: 'The slug is taken' },
  already_member: { status: 409, title: 'Already a member' },
  token_not_active: { status: 409, title: 'The token is not active' },
  quota_reached: { status: 409, title: 'The quota is reached' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  validation_failed: { status: 422, title: 'The input is not valid' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
