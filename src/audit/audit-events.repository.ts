import { Injectable } from '@nestjs/common';
import { DataSource, type FindOptionsWhere } from 'typeorm';
import type { AuditAction } from './audit-actions.js';
import { AuditEvent } from './audit-event.entity.js';

/** What a list is narrowed to; what is absent narrows nothing. */
export interface AuditFilter {
  readonly action?: AuditAction;
  readonly actorId?: string;
  readonly targetId?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

/** Where a page begins, and how many rows are read. */
export interface Span {
  /** The id of the event after which the page begins; `null` for the newest. */
  readonly after: string | null;
  readonly count: number;
}

/** Ids sort by creation, so the newest event is the one with the greatest id. */
@Injectable()
export class AuditEventsRepository {
  constructor(private readonly dataSource: DataSource) {}

  listOfOrganization(organizationId: string, filter: AuditFilter, span: Span): Promise<AuditEvent[]> {
    return this.list({ organizationId }, filter, span);
  }

  listOfUser(userId: string, filter: AuditFilter, span: Span): Promise<AuditEvent[]> {
    return this.list({ userId }, filter, span);
  }

  private list(
    owner: FindOptionsWhere<AuditEvent>,
    filter: AuditFilter,
    { after, count }: Span,
  ): Promise<AuditEvent[]> {
    const { action, actorId, targetId, from, to } = filter;
    const events = this.dataSource.createQueryBuilder(AuditEvent, 'event').where(owner);
    if (action) events.andWhere({ action });
    if (actorId) events.andWhere({ actorId });
    if (targetId) events.andWhere({ targetId });
    if (from) events.andWhere('event.occurredAt >= :from', { from });
    if (to) events.andWhere('event.occurredAt < :to', { to });
    if (after) events.andWhere('event.id < :after', { after });
    return events.orderBy('event.id', 'DESC').limit(count).getMany();
  }
}
