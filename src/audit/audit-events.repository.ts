import { Injectable } from '@nestjs/common';
import { DataSource, type FindOptionsWhere } from 'typeorm';
import type { AuditAction } from './audit-actions.js';
import { AuditEvent } from './audit-event.entity.js';
import type { AuditOrder } from './dto/audit-events.requests.js';

/** The filter of a list; absent members do not filter. */
export interface AuditFilter {
  readonly action?: AuditAction;
  readonly actorId?: string;
  readonly targetId?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

/** The position of an event in the order in which the database recorded them. */
export type EventPosition = Pick<AuditEvent, 'position' | 'id'>;

/** The start of a page, and the number of rows to read. */
export interface PageSpan {
  /** The event after which the page begins; `null` for the first page. */
  readonly after: EventPosition | null;
  readonly count: number;
  readonly order: AuditOrder;
}

@Injectable()
export class AuditEventsRepository {
  constructor(private readonly dataSource: DataSource) {}

  listOfOrganization(organizationId: string, filter: AuditFilter, span: PageSpan): Promise<AuditEvent[]> {
    return this.list({ organizationId }, filter, span);
  }

  listOfUser(userId: string, filter: AuditFilter, span: PageSpan): Promise<AuditEvent[]> {
    return this.list({ userId }, filter, span);
  }

  private async list(
    owner: FindOptionsWhere<AuditEvent>,
    filter: AuditFilter,
    { after, count, order }: PageSpan,
  ): Promise<AuditEvent[]> {
    const { action, actorId, targetId, from, to } = filter;
    // The horizon must be read before the list's own snapshot, and so in a statement of its own.
    const horizon = order === 'oldest' ? await this.horizon() : null;
    const events = this.dataSource.createQueryBuilder(AuditEvent, 'event').where(owner);
    if (action) events.andWhere({ action });
    if (actorId) events.andWhere({ actorId });
    if (targetId) events.andWhere({ targetId });
    if (from) events.andWhere('event.occurredAt >= :from', { from });
    if (to) events.andWhere('event.occurredAt < :to', { to });
    if (horizon !== null) events.andWhere('event.position <= :horizon', { horizon });
    const beyond = order === 'oldest' ? '>' : '<';
    if (after) events.andWhere(`(event.position, event.id) ${beyond} (:position, :id)`, after);
    const direction = order === 'oldest' ? 'ASC' : 'DESC';
    return events.orderBy('event.position', direction).addOrderBy('event.id', direction).limit(count).getMany();
  }

  /** Returns the position up to which all events are committed; later ones may still be committed out of order. */
  private async horizon(): Promise<string> {
    const [row] = await this.dataSource.query<{ horizon: string }[]>('SELECT audit_horizon()::text AS horizon');
    return row?.horizon ?? '0';
  }
}
