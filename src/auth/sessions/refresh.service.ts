/**
 * Refresh tokens, used once (RFC 9700 section 4.14.2): a second use ends the session, since one of the two users is a
 * thief. Slow tabs and retries after a lost response also use the last token twice. Within a grace they get the same
 * successor. See docs/decisions/0023-refresh-grace.md; tested by test/guarantees/races/parallel-refreshes.spec.ts.
 */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../access-control/principal.js';
import { ANONYMOUS } from '../../audit/actor.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { parseRefreshToken, successorOf, type RefreshToken } from '../../credentials/refresh-token.js';
import { Transactions, type Tx } from '../../platform/database/transactions.service.js';
import { AppError } from '../../platform/errors/app-error.js';
import { AccountNotices } from '../../users/account-notices.service.js';
import { openSuccessor, sealSuccessor } from './refresh-successor-seal.js';
import { SessionsRepository, type RotatedRow } from './sessions.repository.js';
import type { OpenedSession } from './sessions.service.js';

@Injectable()
export class RefreshService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly notices: AccountNotices,
  ) {}

  /**
   * Exchanges a refresh token for its successor; within the grace, the last used one for the same successor again.
   * Throws `invalid_refresh` (sign in again).
   */
  async refresh(presented: string | undefined, origin: RequestOrigin): Promise<OpenedSession> {
    const token = parseRefreshToken(presented);
    const opened = token && (await this.transactions.run((tx) => this.use(tx, token, origin)));
    if (!opened) throw new AppError('invalid_refresh', { detail: 'Sign in again.' });
    return opened;
  }

  private async use(tx: Tx, token: RefreshToken, origin: RequestOrigin): Promise<OpenedSession | null> {
    const opened = (await this.rotate(tx, token)) ?? (await this.repeat(tx, token));
    if (!opened) await this.endReused(tx, token, origin);
    return opened;
  }

  private async rotate(tx: Tx, token: RefreshToken): Promise<OpenedSession | null> {
    const next = successorOf(token);
    const rotated = await this.sessions.rotate(tx, token, next, sealSuccessor(next, token));
    return rotated && openedWith(next, rotated);
  }

  /** Returns the successor only while it is current: a used one would end the session. */
  private async repeat(tx: Tx, token: RefreshToken): Promise<OpenedSession | null> {
    const replaced = await this.sessions.findReplaced(tx, token);
    if (!replaced) return null;
    const successor = openSuccessor(replaced.sealedSuccessor, token);
    return successor?.hash.equals(replaced.currentHash) ? openedWith(successor, replaced) : null;
  }

  private async endReused(tx: Tx, token: RefreshToken, origin: RequestOrigin): Promise<void> {
    const owner = await this.sessions.endReused(tx, token);
    if (!owner) return;
    await this.audit.record(tx, {
      action: 'session.refresh_reused',
      origin,
      actor: ANONYMOUS,
      userId: owner.userId,
      target: { kind: 'session', id: token.sessionId },
    });
    await this.notices.sendRefreshReused(tx, owner);
  }
}

function openedWith({ sessionId, text }: RefreshToken, row: RotatedRow): OpenedSession {
  const user = { id: row.userId, email: row.email, name: row.name };
  const refreshSeconds = Math.max(0, row.remainingSeconds);
  return { user, sessionId, issuedAt: row.issuedAt, refreshToken: text, refreshSeconds };
}
