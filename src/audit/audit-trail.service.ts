/**
 * The writer of the audit trail. An event is recorded in the transaction of its change: there is no change without its
 * event, and no event without its change. No secret is ever passed to this module.
 */
import { Injectable } from '@nestjs/common';
import type { Caller, RequestOrigin } from '../access-control/principal.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { actorOf, type Actor } from './actor.js';
import type { AuditAction } from './audit-actions.js';
import { AuditEvent, type TargetKind } from './audit-event.entity.js';

export interface AuditRecord {
  readonly action: AuditAction;
  /** `null` for an event that no request caused. */
  readonly origin: RequestOrigin | null;
  readonly actor: Actor;
  /** The organization whose list shows the event. */
  readonly organizationId?: string | null;
  /** The user whose own list shows the event. */
  readonly userId?: string | null;
  readonly target?: { readonly kind: TargetKind; readonly id?: string | null; readonly name?: string | null };
  readonly details?: Readonly<Record<string, unknown>>;
}

@Injectable()
export class AuditTrail {
  /** Records an event that commits or rolls back with `tx`. */
  async record(tx: Tx, record: AuditRecord): Promise<void> {
    const { origin, actor, target } = record;
    await tx.insert(AuditEvent, {
      id: () => 'new_id()',
      occurredAt: () => 'clock_timestamp()',
      action: record.action,
      organizationId: record.organizationId ?? null,
      userId: record.userId ?? null,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      targetKind: target?.kind ?? null,
      targetId: target?.id ?? null,
      targetName: target?.name ?? null,
      ip: origin?.ip ?? null,
      userAgent: origin?.userAgent ?? null,
      requestId: origin?.requestId ?? null,
      details: record.details ?? {},
    });
  }

  /** Records an action of a caller inside an organization. */
  async recordIn(
    tx: Tx,
    organizationId: string,
    caller: Caller,
    event: Pick<AuditRecord, 'action' | 'target' | 'details'>,
  ): Promise<void> {
    await this.record(tx, { ...event, organizationId, origin: caller, actor: actorOf(caller.principal) });
  }
}
