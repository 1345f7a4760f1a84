/**
 * Refresh tokens are used once (RFC 9700 section 4.14.2). Whoever uses one twice ends the session, since one of the two
 * is a thief; but browser tabs that refresh at the same moment are no thieves. The two are told apart by time, and made
 * to differ in time: docs/decisions/0006-refresh-rotation.md says why, test/guarantees/parallel-refreshes.spec.ts holds it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../audit/actor.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { Transactions, type Tx } from '../../database/transactions.js';
import { AppError } from '../../errors/app-error.js';
import { AccountMails } from '../recovery/account-mails.js';
import type { RequestOrigin } from '../principal.js';
import { parseRefreshToken, successorOf, type RefreshToken } from './refresh-token.js';
import { SessionsRepository } from './sessions.repository.js';
import type { OpenedSession } from './sessions.service.js';

/**
 * The answer with the successor is held back for so long. Hence who uses the old token later than this had, or could have
 * had, the answer; who used it earlier cannot have had it. Tabs that wake up together arrive within it.
 */
const REFRESH_SETTLE_MS = 250;

/** Timers may fire a moment early. */
const TIMER_SLACK_MS = 5;

/** A slow round trip makes a request look later than it was, so a late one is looked at again. */
const MEASUREMENTS = 4;

type Outcome = OpenedSession | 'superseded' | 'refused';

@Injectable()
export class RefreshService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly mails: AccountMails,
  ) {}

  /**
   * Exchanges a refresh token for its successor. `ageMs` tells, by a monotonic clock, how long ago the request arrived.
   * Throws `refresh_superseded` (try again with the newer cookie) or `invalid_refresh` (sign in again).
   */
  async refresh(presented: string | undefined, ageMs: () => number, origin: RequestOrigin): Promise<OpenedSession> {
    const token = parseRefreshToken(presented);
    const outcome = token ? await this.transactions.run((tx) => this.use(tx, token, ageMs, origin)) : 'refused';
    if (outcome === 'superseded') {
      throw new AppError('refresh_superseded', { detail: 'Another request has just refreshed this session.' });
    }
    if (outcome === 'refused') throw new AppError('invalid_refresh', { detail: 'Sign in again.' });
    await sleep(REFRESH_SETTLE_MS + TIMER_SLACK_MS);
    return outcome;
  }

  private async use(tx: Tx, token: RefreshToken, ageMs: () => number, origin: RequestOrigin): Promise<Outcome> {
    const next = successorOf(token);
    const rotated = await this.sessions.rotate(tx, token, next);
    if (rotated) {
      const user = { id: rotated.userId, email: rotated.email, name: rotated.name };
      const refreshSeconds = Math.max(0, rotated.remainingSeconds);
      const { issuedAt } = rotated;
      return { user, sessionId: token.sessionId, issuedAt, refreshToken: next.text, refreshSeconds };
    }
    if (await this.wasInFlight(tx, token, ageMs)) return 'superseded';
    await this.endReused(tx, token, origin);
    return 'refused';
  }

  /**
   * Whether the token's request arrived before the answer with its successor left. Each measurement can only err towards
   * "later", by the way to the database; so one that says "in time" is right, and reuse after the answer never passes.
   */
  private async wasInFlight(tx: Tx, token: RefreshToken, ageMs: () => number): Promise<boolean> {
    for (let measurement = 1; measurement <= MEASUREMENTS; measurement += 1) {
      const isInTime = await this.sessions.arrivedInTime(tx, token, ageMs(), REFRESH_SETTLE_MS);
      if (isInTime !== false) return isInTime === true;
    }
    return false;
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
    await this.mails.sendRefreshReused(tx, owner);
  }
}
