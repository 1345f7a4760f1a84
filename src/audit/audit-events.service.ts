import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/principal.js';
import { userOf } from '../auth/principal.js';
import { isId } from '../database/ids.js';
import { notFound } from '../errors/app-error.js';
import { decodeCursor, pageOf, type Page } from '../shared/pagination.js';
import type { AuditEvent } from './audit-event.entity.js';
import { AuditEventsRepository, type Span } from './audit-events.repository.js';
import { AuditEventResponse } from './dto/audit-event.response.js';
import type { ListAuditEventsQuery } from './dto/list-audit-events.query.js';

@Injectable()
export class AuditEventsService {
  constructor(private readonly events: AuditEventsRepository) {}

  listOfOrganization(organizationId: string, query: ListAuditEventsQuery): Promise<Page<AuditEventResponse>> {
    return page(query, (span) => this.events.listOfOrganization(organizationId, query, span));
  }

  /** The caller's own security log. */
  async listOfCaller({ principal }: Caller, query: ListAuditEventsQuery): Promise<Page<AuditEventResponse>> {
    const user = userOf(principal);
    if (!user) throw notFound();
    return page(query, (span) => this.events.listOfUser(user.id, query, span));
  }
}

async function page(
  { limit, cursor }: ListAuditEventsQuery,
  read: (span: Span) => Promise<AuditEvent[]>,
): Promise<Page<AuditEventResponse>> {
  const [after = null] = decodeCursor(cursor, [isId]) ?? [];
  const rows = await read({ after, count: limit + 1 });
  return pageOf(
    rows,
    limit,
    ({ id }) => [id],
    (event) => AuditEventResponse.of(event),
  );
}
