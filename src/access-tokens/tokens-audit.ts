/** What happened to tokens, in the words of the audit trail. Labels and scopes only: nothing here has seen a secret. */
import { Injectable } from '@nestjs/common';
import { actorOf } from '../audit/actor.js';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../auth/principal.js';
import type { Tx } from '../database/transactions.js';
import type { TokenOwner } from './token-owner.js';

interface TokenEvent {
  readonly action: Extract<AuditAction, `token.${string}`>;
  readonly token: { readonly id: string; readonly label: string };
  readonly details?: Readonly<Record<string, unknown>>;
}

@Injectable()
export class TokensAudit {
  constructor(private readonly audit: AuditTrail) {}

  /** Lists the event among the owner's: the organization's, or the user's own. */
  async record(tx: Tx, owner: TokenOwner, caller: Caller, { action, token, details = {} }: TokenEvent): Promise<void> {
    await this.audit.record(tx, {
      action,
      origin: caller,
      actor: actorOf(caller.principal),
      organizationId: owner.kind === 'organization' ? owner.organizationId : null,
      userId: owner.kind === 'personal' ? owner.userId : null,
      target: { kind: 'token', id: token.id, name: token.label },
      details,
    });
  }
}
