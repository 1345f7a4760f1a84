import { Injectable } from '@nestjs/common';
import type { Caller } from '../access-control/principal.js';
import { userOf } from '../access-control/principal.js';
import { isId } from '../platform/database/ids.js';
import { notFound } from '../platform/errors/app-error.js';
import { decodeCursor, encodeCursor, pageOf, type Page } from '../platform/http/pagination.js';
import type { AuditEvent } from './audit-event.entity.js';
import { AuditEventsRepository, type EventPosition, type PageSpan } from './audit-events.repository.js';
import type { ListAuditEventsQuery } from './dto/audit-events.requests.js';
import { AuditEventResponse } from './dto/audit-events.responses.js';

@Injectable()
export class AuditEventsService {
  constructor(private readonly events: AuditEventsRepository) {}

  listOfOrganization(organizationId: string, query: ListAuditEventsQuery): Promise<Page<AuditEventResponse>> {
    return page(query, (span) => this.events.listOfOrganization(organizationId, query, span));
  }

  /** Lists the caller's own security log. */
  async listOfCaller({ principal }: Caller, query: ListAuditEventsQuery): Promise<Page<AuditEventResponse>> {
    const user = userOf(principal);
    if (!user) throw notFound();
    return page(query, (span) => this.events.listOfUser(user.id, query, span));
  }
}

async function page(
  { limit, cursor, order }: ListAuditEventsQuery,
  read: (span: PageSpan) => Promise<AuditEvent[]>,
): Promise<Page<AuditEventResponse>> {
  const after = order === 'oldest' ? tailPositionFrom(cursor) : positionFrom(decodeCursor(cursor, [isPosition, isId]));
  const rows = await read({ after, count: limit + 1, order });
  const newest = pageOf(
    rows,
    limit,
    ({ position, id }) => [position, id],
    (event) => AuditEventResponse.of(event),
  );
  if (order === 'newest') return newest;
  return { items: newest.items, nextCursor: tailCursor(rows.slice(0, limit).at(-1) ?? after ?? BEGINNING) };
}

const BEGINNING: EventPosition = { position: '0', id: '00000000-0000-0000-0000-000000000000' };

const isPosition = (part: string): boolean => /^\d{1,18}$/.test(part);

/** Returns a collector's cursor, which stands for all events read so far, also when there are no more yet. */
function tailCursor({ position, id }: EventPosition): string {
  return encodeCursor(['oldest', position, id]);
}

function tailPositionFrom(cursor: string | undefined): EventPosition | null {
  const key = decodeCursor(cursor, [(part) => part === 'oldest', isPosition, isId]);
  return positionFrom(key?.slice(1) ?? null);
}

function positionFrom(key: readonly string[] | null): EventPosition | null {
  const [position, id] = key ?? [];
  return position === undefined || id === undefined ? null : { position, id };
}
