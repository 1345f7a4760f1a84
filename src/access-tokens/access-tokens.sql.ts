/** What the statements of this room have in common. `t` is `access_tokens`. */
import type { TokenOwner } from './token-owner.js';

/** `$1` is the owner's id, in every statement. */
export function belongsTo(owner: TokenOwner): string {
  return owner.kind === 'organization' ? 't.organization_id = $1' : 't.user_id = $1';
}

/** By the database's clock, the only one that all instances share. */
export const LIVE = 't.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())';
