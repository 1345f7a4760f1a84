/**
 * The second verification of a caller, inside a transaction. The guards' facts may be a moment old, and the permission
 * may have been taken away meanwhile. authorized-transaction.service.ts calls it for every write of authority.
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Principal } from '../../access-control/principal.js';
import { DatabaseClock } from '../../platform/database/database-clock.service.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { Wanted } from '../../verification/credential-facts.js';
import { verifySessionFacts, verifyTokenFacts } from '../../verification/credential-rules.js';
import { FactCache } from '../../verification/fact-cache.js';
import { loadedBy, type FenceRow } from '../../verification/fence-row.js';
import { CONFIRM_AND_LOAD } from '../../verification/fence.sql.js';
import { refused, type Verification } from '../../verification/verification-outcome.js';

/** The caller's memberships to lock: of one organization, all of the user's, or none. */
export type LockedMemberships = { readonly organizationId: string } | 'all' | 'none';

const LOCK_MEMBERSHIPS = `
  SELECT 1 FROM memberships WHERE user_id = $1 AND ($2::uuid IS NULL OR organization_id = $2)
  ORDER BY organization_id FOR SHARE`;

@Injectable()
export class ReverificationService {
  constructor(private readonly clock: DatabaseClock) {}

  /**
   * Returns the principal as the rows are now. The credential's row and the locked memberships cannot change until the
   * transaction ends. A revocation therefore comes either before this call, which then throws `invalid_token` or
   * returns fewer permissions, or after the transaction. Locks on users and organizations must be taken before.
   */
  async verifyLocked(tx: Tx, principal: Principal, kept: LockedMemberships): Promise<Principal> {
    const user = userOf(principal);
    const table = principal.kind === 'session' ? 'sessions' : 'access_tokens';
    const id = principal.kind === 'session' ? principal.sessionId : principal.token.id;
    await tx.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR SHARE`, [id]);
    if (user && kept !== 'none') {
      const organizationId = kept === 'all' ? null : kept.organizationId;
      await tx.query(LOCK_MEMBERSHIPS, [user.id, organizationId]);
    }
    const verification = await reread(tx, principal, this.clock);
    if (!verification.ok) throw new AppError('invalid_token', { detail: 'The credential is not valid.' });
    return verification.principal;
  }
}

/**
 * Reads the rows as this transaction sees them, without the cache: the following writes must rely on them and not on a
 * fence.
 */
async function reread(tx: Tx, principal: Principal, clock: DatabaseClock): Promise<Verification> {
  const selectors = principal.kind === 'session' ? [] : [principal.token.selector];
  const sessionIds = principal.kind === 'session' ? [principal.sessionId] : [];
  const [row] = await tx.query<FenceRow[]>(CONFIRM_AND_LOAD.text, [null, [], [], selectors, sessionIds, [], []]);
  if (!row) return refused('unknown');
  const now = clock.advance(row.now);
  const facts = FactCache.of(loadedBy(row)).find(wantedBy(principal));
  if (facts?.kind !== principal.kind) return refused('unknown');
  if (facts.kind !== 'session') return verifyTokenFacts(facts, now);
  return verifySessionFacts(facts, principal.kind === 'session' ? principal.user.id : '', now);
}

function wantedBy(principal: Principal): Wanted {
  return principal.kind === 'session'
    ? { kind: 'session', id: principal.sessionId }
    : { kind: 'token', selector: principal.token.selector };
}
