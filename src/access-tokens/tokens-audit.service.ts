/** Audit events of tokens. They carry labels and scopes; no secret reaches this service. */
import { Injectable } from '@nestjs/common';
import { ownerColumns, type Owner } from '../access-control/owner.js';
import type { Caller } from '../access-control/principal.js';
import { actorOf } from '../audit/actor.js';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { Tx } from '../platform/database/transactions.service.js';

interface TokenEvent {
  readonly action: Extract<AuditAction, `token.${string}`>;
  readonly token: { readonly id: string; readonly label: string };
  readonly details?: Readonly<Record<string, unknown>>;
}

@Injectable()
export class TokensAudit {
  constructor(private readonly audit: AuditTrail) {}

  /** Records the event for the owner: in the organization's audit trail, or in the user's own. */
  async record(tx: Tx, owner: Owner, caller: Caller, { action, token, details = {} }: TokenEvent): Promise<void> {
    await this.audit.record(tx, {
      action,
      origin: caller,
      actor: actorOf(caller.principal),
      ...ownerColumns(owner),
      target: { kind: 'token', id: token.id, name: token.label },
      details,
    });
  }
}
