/** Audit events of ledger accounts. No private key reaches this service. */
import { Injectable } from '@nestjs/common';
import { ownerColumns, type Owner } from '../access-control/owner.js';
import type { Caller } from '../access-control/principal.js';
import { actorOf, SYSTEM } from '../audit/actor.js';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { ownerOfRow, type LedgerAccountRow } from './account-row.js';

interface AccountEvent {
  readonly action: Extract<AuditAction, `ledger_account.${string}`>;
  readonly account: Pick<LedgerAccountRow, 'id' | 'publicKey'>;
  readonly details?: Readonly<Record<string, unknown>>;
}

@Injectable()
export class AccountsAudit {
  constructor(private readonly audit: AuditTrail) {}

  async record(tx: Tx, owner: Owner, caller: Caller, event: AccountEvent): Promise<void> {
    await this.audit.record(tx, { ...eventFor(owner, event), origin: caller, actor: actorOf(caller.principal) });
  }

  /** Records an event of a background job, whose actor is the service itself. */
  async recordBySystem(tx: Tx, account: LedgerAccountRow, event: Omit<AccountEvent, 'account'>): Promise<void> {
    await this.audit.record(tx, {
      ...eventFor(ownerOfRow(account), { ...event, account }),
      origin: null,
      actor: SYSTEM,
    });
  }
}

function eventFor(owner: Owner, { action, account, details = {} }: AccountEvent) {
  return {
    action,
    ...ownerColumns(owner),
    target: { kind: 'ledger_account' as const, id: account.id, name: account.publicKey },
    details,
  };
}
