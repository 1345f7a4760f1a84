/**
 * Creates one token. This is the only place where a secret exists: it is generated here, returned in the response and
 * stored nowhere.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { userOf } from '../access-control/principal.js';
import type { Scope } from '../access-control/scopes.js';
import { generateSecret } from '../credentials/token-secret.js';
import { newListedId } from '../platform/database/database-ids.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { invalidField } from '../platform/errors/app-error.js';
import { AccessTokensRepository } from './access-tokens.repository.js';
import { ensureExpiresWithin, ensureGrantable, type Grant } from './issuing-rules.js';
import { IssuingRepository } from './issuing.repository.js';
import { tokenKindOf } from './token-owner.js';
import { TokenQuota } from './token-quota.service.js';
import type { AccessTokenRow } from './token-row.js';
import { TokensAudit } from './tokens-audit.service.js';

export interface TokenTraits {
  readonly label: string;
  readonly scopes: readonly Scope[];
  /** `null` means never. */
  readonly expiresAt: Date | null;
}

export interface IssuedToken {
  readonly secret: string;
  readonly token: AccessTokenRow;
}

@Injectable()
export class TokenFactory {
  constructor(
    private readonly issuing: IssuingRepository,
    private readonly quota: TokenQuota,
    private readonly tokens: AccessTokensRepository,
    private readonly audit: TokensAudit,
    private readonly config: AppConfig,
  ) {}

  /**
   * Creates a token and its audit event. Throws `scope_not_grantable`, `quota_reached`, and `validation_failed` for an
   * expiry that is past or beyond the caller's own. A token that replaces another takes its place in the quota, so that
   * rotation is always possible.
   */
  async create(
    tx: Tx,
    { owner, caller, grantable }: Grant,
    { label, scopes, expiresAt }: TokenTraits,
    { replacing }: { replacing?: string } = {},
  ): Promise<IssuedToken> {
    ensureGrantable(scopes, grantable);
    ensureExpiresWithin(caller.principal, expiresAt);
    await this.ensureInFuture(tx, expiresAt);
    if (replacing === undefined) await this.quota.ensureBelowQuota(tx, owner);
    const { prefix, hashKeys } = this.config.tokens;
    const secret = generateSecret(prefix, tokenKindOf(owner), hashKeys[0]);
    const createdBy = userOf(caller.principal)?.id ?? null;
    const id = await newListedId(tx);
    await this.issuing.insertToken(tx, owner, { id, label, scopes, expiresAt, createdBy }, secret);
    const token = await this.tokens.getToken(tx, owner, id);
    const details = { scopes, expiresAt, ...(replacing !== undefined && { replacing }) };
    await this.audit.record(tx, owner, caller, { action: 'token.created', token, details });
    return { secret: secret.secret, token };
  }

  private async ensureInFuture(tx: Tx, expiresAt: Date | null): Promise<void> {
    if (expiresAt === null || (await this.issuing.isInFuture(tx, expiresAt))) return;
    throw invalidField('expiresAt', 'must be in the future');
  }
}
