import { Injectable } from '@nestjs/common';
import type { Owner } from '../access-control/owner.js';
import type { Caller } from '../access-control/principal.js';
import type { Scope } from '../access-control/scopes.js';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import { isId } from '../platform/database/ids.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError, invalidField, notFound } from '../platform/errors/app-error.js';
import { decodeCursor, pageOf, type Page } from '../platform/http/pagination.js';
import { keyOfMoved, keyOfUnmoved, usePositionFrom } from '../verification/usage/last-use-pagination.js';
import { AccessTokensRepository } from './access-tokens.repository.js';
import type { ListAccessTokensQuery, UpdateAccessTokenRequest } from './dto/access-tokens.requests.js';
import { scopesFrom } from './issuing-rules.js';
import { needOf, tokenKindOf } from './token-owner.js';
import type { AccessTokenRow } from './token-row.js';
import { TokensAudit } from './tokens-audit.service.js';

type Traits = Pick<AccessTokenRow, 'label' | 'scopes'>;

@Injectable()
export class AccessTokensService {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly tokens: AccessTokensRepository,
    private readonly audit: TokensAudit,
  ) {}

  async list(owner: Owner, query: ListAccessTokensQuery): Promise<Page<AccessTokenRow>> {
    if (query.sort === 'lastUsedAt') return this.listByUse(owner, query);
    const { limit, cursor, ...filter } = query;
    const [after = null] = decodeCursor(cursor, [isId]) ?? [];
    const rows = await this.tokens.listTokens(owner, filter, after, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ id }) => [id],
      (row) => row,
    );
  }

  async get(owner: Owner, tokenId: string): Promise<AccessTokenRow> {
    const token = await this.tokens.findToken(owner, tokenId);
    if (!token) throw notFound();
    return token;
  }

  /** Renames a live token, narrows its scopes, or both. The new scopes apply from the next request on. */
  async update(
    owner: Owner,
    caller: Caller,
    tokenId: string,
    request: UpdateAccessTokenRequest,
  ): Promise<AccessTokenRow> {
    if (request.label === undefined && request.scopes === undefined) throw invalidField('', 'must change something');
    const scopes = request.scopes && scopesFrom(tokenKindOf(owner), request.scopes);
    const lock = (tx: Tx): Promise<unknown> => this.tokens.lockToken(tx, owner, tokenId);
    return this.authorized.run({ ...needOf(owner), lock }, caller, async ({ tx }) => {
      const before = await this.tokens.getToken(tx, owner, tokenId);
      if (before.status !== 'active')
        throw new AppError('token_not_active', { detail: 'Only a live token can change.' });
      ensureNarrower(before.scopes, scopes ?? []);
      const changed = { label: request.label ?? before.label, scopes: scopes ?? before.scopes };
      if (isSame(before, changed)) return before;
      await this.tokens.updateToken(tx, owner, tokenId, changed);
      const after = await this.tokens.getToken(tx, owner, tokenId);
      const details = { before: traitsOf(before), after: traitsOf(after) };
      await this.audit.record(tx, owner, caller, { action: 'token.updated', token: after, details });
      return after;
    });
  }

  private async listByUse(
    owner: Owner,
    { limit, cursor, ...filter }: ListAccessTokensQuery,
  ): Promise<Page<AccessTokenRow>> {
    const place = usePositionFrom(cursor);
    // Taken before the first page is read, so that a token used during that read counts as moved.
    const snapshot = place?.snapshot ?? (await this.tokens.currentSnapshot());
    const isUnmoved = place?.part !== 'moved';
    const after = place?.part === 'unmoved' ? place.after : null;
    const unmoved = isUnmoved ? await this.tokens.listByUse(owner, filter, after, snapshot, limit + 1) : [];
    const room = place === null ? 0 : limit + 1 - unmoved.length;
    const movedAfter = place?.part === 'moved' ? place.after : null;
    const moved = room > 0 ? await this.tokens.listMoved(owner, filter, movedAfter, snapshot, room) : [];
    const keyOf = (row: AccessTokenRow): string[] =>
      moved.includes(row) ? keyOfMoved(row, snapshot) : keyOfUnmoved(row, snapshot);
    return pageOf([...unmoved, ...moved], limit, keyOf, (row) => row);
  }
}

/** Throws unless the scopes shrink. A token whose scopes could be widened later would make narrowing worthless. */
function ensureNarrower(present: readonly Scope[], requested: readonly Scope[]): void {
  const wider = requested.findIndex((scope) => !present.includes(scope));
  if (wider >= 0)
    throw invalidField(`scopes[${wider}]`, 'is not one of its present scopes: they can only get narrower');
}

/**
 * Whether the update changes nothing; then no event is recorded. The requested scopes are a subset, so an equal count
 * means equal sets.
 */
function isSame(before: Traits, after: Traits): boolean {
  return before.label === after.label && before.scopes.length === after.scopes.length;
}

function traitsOf({ label, scopes }: AccessTokenRow): Traits {
  return { label, scopes };
}
