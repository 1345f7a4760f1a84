/** The consequences of every change of a password, in one transaction with the change. */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { RevocationService } from '../access-tokens/revocation.service.js';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AccountNotices } from '../users/account-notices.service.js';
import type { Person } from '../users/users.service.js';
import { MailedLinks } from './mailed-links.service.js';

export interface Replacement {
  readonly action: Extract<AuditAction, 'user.password_changed' | 'user.password_reset'>;
  readonly person: Person;
  /** The session that makes the change, and continues. */
  readonly keptSessionId: string | null;
  readonly revokeTokens: boolean;
  readonly origin: RequestOrigin;
}

@Injectable()
export class PasswordReplacement {
  constructor(
    private readonly sessions: SessionsService,
    private readonly secrets: MailedLinks,
    private readonly tokens: RevocationService,
    private readonly notices: AccountNotices,
    private readonly audit: AuditTrail,
  ) {}

  /** Ends sessions and reset links, revokes personal tokens if requested, notifies the owner and records the event. */
  async complete(tx: Tx, { action, person, keptSessionId, revokeTokens, origin }: Replacement): Promise<void> {
    const reason = action === 'user.password_reset' ? 'password reset' : 'password changed';
    const endedSessions = await this.sessions.endAll(tx, person.id, keptSessionId, reason);
    await this.sessions.recordSource(tx, person.id, origin);
    await this.secrets.forget(tx, person.id, 'reset_password');
    const revokedTokens = revokeTokens ? await this.tokens.revokeAllOfUser(tx, person.id, reason) : 0;
    await this.notices.sendPasswordChanged(tx, person);
    await this.audit.record(tx, {
      action,
      origin,
      actor: { kind: 'user', id: person.id, name: person.name },
      userId: person.id,
      target: { kind: 'user', id: person.id, name: person.name },
      details: { endedSessions, revokedTokens },
    });
  }
}
