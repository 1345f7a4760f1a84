/** Access token as lists and details return it: every column but secret and hash. Pure. */
import type { Scope, TokenKind } from '../access-control/scopes.js';

export const TOKEN_STATUSES = ['active', 'expired', 'revoked'] as const;
export type TokenStatus = (typeof TOKEN_STATUSES)[number];
export const TOKEN_SORTS = ['createdAt', 'lastUsedAt'] as const;
export type TokenSort = (typeof TOKEN_SORTS)[number];

interface NamedUser {
  readonly id: string;
  readonly name: string;
}

export interface AccessTokenRow {
  readonly id: string;
  readonly kind: TokenKind;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly hint: string;
  readonly status: TokenStatus;
  readonly createdAt: Date;
  readonly createdBy: NamedUser | null;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: NamedUser | null;
  readonly revokeReason: string | null;
  /**
   * `lastUsedAt` in microseconds since 1970, 0 for never: a Date would lose the precision by which PostgreSQL sorts.
   */
  readonly lastUsedMicros: string;
}

export interface TokenFilter {
  readonly status?: TokenStatus | undefined;
  readonly createdBy?: string | undefined;
  /** Part of the label; upper and lower case are equal. */
  readonly q?: string | undefined;
  readonly sort: TokenSort;
}

export interface NewToken {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
  readonly createdBy: string | null;
}

export interface Revoking {
  readonly by: string | null;
  readonly reason: string | null;
}

export type RevokedToken = Pick<AccessTokenRow, 'id' | 'label'>;
