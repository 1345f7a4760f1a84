/**
 * The credential of a request: `Authorization: Bearer` (RFC 6750 section 2.1) or `X-Access-Key`. Never a query
 * parameter or a body field, which end up in logs and histories.
 */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../platform/errors/app-error.js';

/**
 * Returns the presented credential, or `null` when there is none (another scheme counts as none). Throws
 * `ambiguous_credentials` when the request has two different ones. Node keeps only the first of two `Authorization`
 * headers, so a proxy and this service could each trust another one (confused deputy).
 */
export function credentialOf(request: Pick<IncomingMessage, 'rawHeaders'>): string | null {
  const presented = new Set<string>();
  let authorizations = 0;
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    if (name === 'authorization') {
      authorizations += 1;
      const bearer = bearerOf(value);
      if (bearer !== null) presented.add(bearer);
    } else if (name === 'x-access-key' && /[^ \t]/.test(value)) {
      presented.add(value);
    }
  }
  if (presented.size > 1 || authorizations > 1) {
    throw new AppError('ambiguous_credentials', { detail: 'Send one credential, in one header.' });
  }
  return [...presented][0] ?? null;
}

/**
 * Returns the bearer credential. The scheme is case-insensitive (RFC 9110 section 11.1). Node has removed the optional
 * white space (SP and HTAB, section 5.6.3) around the value. `trim` would remove U+00A0 and more, so that different
 * texts would be one credential.
 */
function bearerOf(header: string): string | null {
  const match = /^bearer(?: +|$)/i.exec(header);
  return match ? header.slice(match[0].length) : null;
}
