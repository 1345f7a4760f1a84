/**
 * The outcome of a verification, as a value. Pure. The reason of a refusal is for logs and metrics: a client never
 * learns it.
 */
import type { Principal } from '../access-control/principal.js';

export type Refusal = 'malformed' | 'unknown' | 'revoked' | 'expired' | 'owner-gone' | 'organization-gone';

export type Verification<P extends Principal = Principal> =
  { readonly ok: true; readonly principal: P } | { readonly ok: false; readonly refusal: Refusal };

export function refused(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal };
}
