/**
 * A token's facts in a third of the memory: the cache holds them by the hundred thousand. Instants are numbers, and the
 * hash is a text of 32 one-byte characters. Values common to many tokens are shared, and the selector is the cache key.
 */
import type { Scope, TokenKind } from '../access-control/scopes.js';
import type { TokenRowFacts } from './credential-facts.js';

export interface CompactToken {
  readonly id: string;
  readonly kind: TokenKind;
  readonly ownerId: string;
  /** The bytes of the hash as latin1. */
  readonly secretHash: string | null;
  readonly hashKeyVersion: string;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/**
 * The limit of shared lists. Distinct lists are few, but callers choose scopes; beyond the limit lists are not shared.
 */
const MAX_SCOPE_LISTS = 1_000;

export class TokenCompactor {
  private readonly scopeLists = new Map<string, readonly Scope[]>();

  /** Compacts a token. `ownerId` is the token's own, possibly as a copy of the text that is already in memory. */
  compact(token: TokenRowFacts, ownerId: string): CompactToken {
    return {
      id: token.id,
      kind: token.kind,
      ownerId,
      secretHash: token.secretHash?.toString('latin1') ?? null,
      hashKeyVersion: token.hashKeyVersion,
      scopes: this.shared(token.scopes),
      createdAtMs: token.createdAt.getTime(),
      expiresAtMs: token.expiresAt?.getTime() ?? null,
      revokedAtMs: token.revokedAt?.getTime() ?? null,
    };
  }

  private shared(scopes: readonly Scope[]): readonly Scope[] {
    // No text of PostgreSQL contains this character, so different lists have different keys.
    const key = scopes.join('\0');
    const known = this.scopeLists.get(key);
    if (known) return known;
    if (this.scopeLists.size < MAX_SCOPE_LISTS) this.scopeLists.set(key, scopes);
    return scopes;
  }
}

export function expand(selector: string, token: CompactToken): TokenRowFacts {
  const { id, kind, ownerId, hashKeyVersion, scopes } = token;
  return {
    id,
    kind,
    selector,
    secretHash: token.secretHash === null ? null : Buffer.from(token.secretHash, 'latin1'),
    hashKeyVersion,
    scopes,
    createdAt: new Date(token.createdAtMs),
    expiresAt: token.expiresAtMs === null ? null : new Date(token.expiresAtMs),
    revokedAt: token.revokedAtMs === null ? null : new Date(token.revokedAtMs),
    userId: kind === 'personal' ? ownerId : null,
    organizationId: kind === 'organization' ? ownerId : null,
  };
}
