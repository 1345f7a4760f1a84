import { Injectable } from '@nestjs/common';
import type { Owner } from '../access-control/owner.js';
import { userOf, type Caller } from '../access-control/principal.js';
import { AuthorizedTransaction, type AuthorizedWrite } from '../auth/authorization/authorized-transaction.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError } from '../platform/errors/app-error.js';
import { AccessTokensRepository } from './access-tokens.repository.js';
import type { CreateAccessTokenRequest, RotateAccessTokenRequest } from './dto/access-tokens.requests.js';
import { everyGrantable, expiryFrom, grantOf, issuingNeed, latestExpiry, scopesFrom } from './issuing-rules.js';
import { TokenFactory, type IssuedToken } from './token-factory.service.js';
import { tokenKindOf } from './token-owner.js';
import { TokensAudit } from './tokens-audit.service.js';

@Injectable()
export class IssuingService {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly tokens: AccessTokensRepository,
    private readonly factory: TokenFactory,
    private readonly audit: TokensAudit,
  ) {}

  async issue(owner: Owner, caller: Caller, request: CreateAccessTokenRequest): Promise<IssuedToken> {
    const scopes = scopesFrom(tokenKindOf(owner), request.scopes);
    const expiresAt = expiryFrom(request.expiresAt);
    return this.authorized.run(issuingNeed(owner), caller, ({ tx, caller: present }) =>
      this.factory.create(tx, grantOf(owner, present), { label: request.label, scopes, expiresAt }),
    );
  }

  /**
   * Issues a token for clients that know neither scopes nor expiry. It gets every scope that the caller may grant,
   * listed under the lock, and by default the latest expiry allowed.
   */
  async issueInFull(
    owner: Owner,
    caller: Caller,
    { label, expiresAt }: { label: string; expiresAt?: Date },
  ): Promise<IssuedToken> {
    return this.authorized.run(issuingNeed(owner), caller, ({ tx, caller: present }) => {
      const grant = grantOf(owner, present);
      const scopes = everyGrantable(tokenKindOf(owner), grant.grantable);
      return this.factory.create(tx, grant, { label, scopes, expiresAt: expiresAt ?? latestExpiry(present.principal) });
    });
  }

  /**
   * Replaces a live token: one commit revokes the old token and makes its successor valid. The successor keeps the
   * label, the scopes and, unless the request sets another, the expiry. Of concurrent rotations one wins; the others
   * get `token_not_active`.
   */
  async rotate(owner: Owner, caller: Caller, tokenId: string, request: RotateAccessTokenRequest): Promise<IssuedToken> {
    const lock = (tx: Tx): Promise<unknown> => this.tokens.lockToken(tx, owner, tokenId);
    const replace = async ({ tx, caller: present }: AuthorizedWrite): Promise<IssuedToken> => {
      const old = await this.tokens.getToken(tx, owner, tokenId);
      if (old.status !== 'active')
        throw new AppError('token_not_active', { detail: 'Only a live token can be rotated.' });
      const by = userOf(caller.principal)?.id ?? null;
      await this.tokens.markRevoked(tx, owner, [old.id], { by, reason: 'rotated' });
      const expiresAt = request.expiresAt === undefined ? old.expiresAt : expiryFrom(request.expiresAt);
      const issued = await this.factory.create(
        tx,
        grantOf(owner, present),
        { ...old, expiresAt },
        { replacing: old.id },
      );
      const details = { successorId: issued.token.id };
      await this.audit.record(tx, owner, caller, { action: 'token.rotated', token: old, details });
      return issued;
    };
    return this.authorized.run({ ...issuingNeed(owner), lock }, caller, replace);
  }
}
