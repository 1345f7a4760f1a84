import { PageQuery } from '../../platform/http/pagination.js';
import { ChoiceField, IdField, InstantField } from '../../platform/validation/fields.js';
import { AUDIT_ACTIONS, type AuditAction } from '../audit-actions.js';

export const AUDIT_ORDERS = ['newest', 'oldest'] as const;
export type AuditOrder = (typeof AUDIT_ORDERS)[number];

export class ListAuditEventsQuery extends PageQuery {
  @ChoiceField(AUDIT_ACTIONS, { optional: true })
  action?: AuditAction;

  @IdField({ optional: true, description: 'The user, or the token, that did it.' })
  actorId?: string;

  @IdField({ optional: true, description: 'What it was done to.' })
  targetId?: string;

  @InstantField({ optional: true, description: 'Events at this instant or later.' })
  from?: Date;

  @InstantField({ optional: true, description: 'Events before this instant.' })
  to?: Date;

  @ChoiceField(AUDIT_ORDERS, {
    optional: true,
    description:
      'Newest first (the default), or oldest first, for a collector: `nextCursor` is then never null, and going on from ' +
      'it misses no event, however late it was committed.',
  })
  order: AuditOrder = 'newest';
}
