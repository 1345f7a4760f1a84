import { Injectable } from '@nestjs/common';
import { DataSource, type FindOptionsWhere } from 'typeorm';
import type { AuditAction } from './audit-actions.js';
import { AuditEvent } from './audit-event.entity.js';
import type { AuditOrder } from './dto/list-audit-events.query.js';

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

/** Where an event stands in the order in which the database recorded them. */
export type Place = Pick<AuditEvent, 'position' | 'id'>;

/** Where a page begins, and how many rows are read. */
export interface Span {
  /** The event after which the page begins; `null` for the first page. */
  readonly after: Place | null;
  readonly count: number;
  readonly order: AuditOrder;
}

@Injectable()
export class AuditEventsRepository {
  constructor(private readonly dataSource: DataSource) {}

  listOfOrganization(organizationId: string, filter: AuditFilter, span: Span): Promise<AuditEvent[]> {
    return this.list({ organizationId }, filter, span);
  }

  listOfUser(userId: string, filter: AuditFilter, span: Span): Promise<AuditEvent[]> {
    return this.list({ userId }, filter, span);
  }

  private async list(
    owner: FindOptionsWhere<AuditEvent>,
    filter: AuditFilter,
    { after, count, order }: Span,
  ): Promise<AuditEvent[]> {
    const { action, actorId, targetId, from, to } = filter;
    // Before the list's own snapshot is taken, and so in a statement of its own.
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

  /** Events up to this position are all there; among later ones, some may yet be committed before others. */
  private async horizon(): Promise<string> {
    const [row] = await this.dataSource.query<{ horizon: string }[]>('SELECT audit_horizon()::text AS horizon');
    return row?.horizon ?? '0';
  }
}
