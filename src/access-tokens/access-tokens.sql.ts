/** SQL fragments shared by the repositories of access tokens. `t` is `access_tokens`. */

/** Condition that a token is live. `now` is an SQL expression for the current time. */
export function isLive(now: string): string {
  return `t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ${now})`;
}

/**
 * Condition that a token is live by the database's clock, the only clock that all instances share. The clock may step
 * back and then counts more tokens as live. That is intended: bulk revocation must not miss a token that another
 * instance would accept.
 */
export const LIVE = isLive('clock_timestamp()');
