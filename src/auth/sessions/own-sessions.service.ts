/** The actions of a user on their own sessions, from one of them. */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin, SessionPrincipal } from '../../access-control/principal.js';
import { isId } from '../../platform/database/ids.js';
import { notFound } from '../../platform/errors/app-error.js';
import { decodeCursor, pageOf, type Page, type PageQuery } from '../../platform/http/pagination.js';
import { AuthorizedTransaction, type AuthorizedWrite } from '../authorization/authorized-transaction.service.js';
import { SessionResponse } from './dto/sessions.responses.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

const REASON = 'ended by its owner';

@Injectable()
export class OwnSessionsService {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly sessions: SessionsService,
    private readonly authorized: AuthorizedTransaction,
  ) {}

  async list({ sessionId, user }: SessionPrincipal, { limit, cursor }: PageQuery): Promise<Page<SessionResponse>> {
    const [beforeId = null] = decodeCursor(cursor, [isId]) ?? [];
    const rows = await this.repository.listLive(user.id, beforeId, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ id }) => [id],
      (row) => SessionResponse.of(row, sessionId),
    );
  }

  /** Ends one of the user's sessions; ending it again succeeds. Throws `not_found` for any other session. */
  async end(principal: SessionPrincipal, sessionId: string, origin: RequestOrigin): Promise<void> {
    if (!isId(sessionId)) throw notFound();
    const { user } = principal;
    await this.write(principal, origin, async ({ tx }) => {
      const owner = await this.repository.endById(tx, user.id, sessionId, REASON);
      if (owner) await this.sessions.record(tx, { action: 'session.revoked', owner, sessionId, origin });
      else if (!(await this.repository.findSession(tx, user.id, sessionId))) throw notFound();
    });
  }

  async endOthers(principal: SessionPrincipal, origin: RequestOrigin): Promise<void> {
    const { sessionId, user } = principal;
    await this.write(principal, origin, async ({ tx }) => {
      const count = await this.sessions.endAll(tx, user.id, sessionId, REASON);
      if (count === 0) return;
      const owner = { userId: user.id, name: user.name };
      await this.sessions.record(tx, { action: 'session.revoked', owner, sessionId: null, origin, count });
    });
  }

  /** Under the user's lock, so that two sessions that end each other do so one after the other. */
  private async write(
    principal: SessionPrincipal,
    origin: RequestOrigin,
    work: (write: AuthorizedWrite) => Promise<void>,
  ): Promise<void> {
    const need = { owner: { kind: 'user', userId: principal.user.id }, permission: 'user:manage' } as const;
    await this.authorized.run(need, { ...origin, principal }, work);
  }
}
