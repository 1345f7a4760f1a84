/** What the statements of this room have in common. `t` is `access_tokens`. */

/** `now` is an expression of the database's time. */
export function isLive(now: string): string {
  return `t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ${now})`;
}

/**
 * By the database's clock, the only one that all instances share, and as it is: one that has stepped back calls more tokens
 * live, and what revokes all must not leave out those that another instance would accept.
 */
export const LIVE = isLive('clock_timestamp()');
