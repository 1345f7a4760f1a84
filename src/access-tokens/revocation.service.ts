import { Injectable } from '@nestjs/common';
import type { Owner } from '../access-control/owner.js';
import { isItself, userOf, type Caller } from '../access-control/principal.js';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { invalidField, notFound } from '../platform/errors/app-error.js';
import { AccessTokensRepository } from './access-tokens.repository.js';
import type { RevokeAccessTokensRequest } from './dto/access-tokens.requests.js';
import { needOf } from './token-owner.js';
import type { RevokedToken, Revoking } from './token-row.js';
import { TokensAudit } from './tokens-audit.service.js';

@Injectable()
export class RevocationService {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly tokens: AccessTokensRepository,
    private readonly audit: TokensAudit,
  ) {}

  /** Revokes one token. Idempotent: a token revoked before stays as it is, with its first reason. */
  async revoke(owner: Owner, caller: Caller, tokenId: string, reason: string | null): Promise<void> {
    const permission = isItself(caller.principal, tokenId) ? 'token:self' : needOf(owner).permission;
    const lock = (tx: Tx): Promise<unknown> => this.tokens.lockToken(tx, owner, tokenId);
    await this.authorized.run({ ...needOf(owner), permission, lock }, caller, async ({ tx }) => {
      const [token] = await this.tokens.markRevoked(tx, owner, [tokenId], { by: revokerOf(caller), reason });
      if (token) await this.audit.record(tx, owner, caller, { action: 'token.revoked', token, details: { reason } });
      else await this.tokens.getToken(tx, owner, tokenId);
    });
  }

  /**
   * Revokes the named tokens, or every live one, all or nothing, and returns their number. Issuing takes the same lock
   * of the owner. A token issued before is revoked here; a token issued later comes from a caller who still has the
   * right.
   */
  async revokeMany(owner: Owner, caller: Caller, request: RevokeAccessTokensRequest): Promise<number> {
    const { tokenIds, all, reason = null } = request;
    if ((tokenIds === undefined) === (all === undefined)) throw invalidField('', 'must have either tokenIds or all');
    return this.authorized.run(needOf(owner), caller, async ({ tx }) => {
      const revoking = { by: revokerOf(caller), reason };
      const revoked = tokenIds
        ? await this.revokeNamed(tx, owner, tokenIds, revoking)
        : await this.tokens.markAllRevoked(tx, owner, revoking);
      for (const token of revoked) {
        await this.audit.record(tx, owner, caller, { action: 'token.bulk_revoked', token, details: { reason } });
      }
      return revoked.length;
    });
  }

  /**
   * Revokes every live personal token of a user and returns their number. The caller has locked the user's row, and
   * records the number in its own audit event.
   */
  async revokeAllOfUser(tx: Tx, userId: string, reason: string): Promise<number> {
    const revoked = await this.tokens.markAllRevoked(tx, { kind: 'user', userId }, { by: userId, reason });
    return revoked.length;
  }

  /** Throws `not_found` when any of the ids is not a token of this owner, without telling which. */
  private async revokeNamed(
    tx: Tx,
    owner: Owner,
    tokenIds: readonly string[],
    revoking: Revoking,
  ): Promise<RevokedToken[]> {
    const ids = [...new Set(tokenIds.map((id) => id.toLowerCase()))];
    if ((await this.tokens.countExisting(tx, owner, ids)) < ids.length) throw notFound();
    return this.tokens.markRevoked(tx, owner, ids, revoking);
  }
}

/** User who revokes; `null` for an organization token, which the audit trail names instead. */
function revokerOf({ principal }: Caller): string | null {
  return userOf(principal)?.id ?? null;
}
