import { ChoiceField } from '../../platform/validation/fields.js';
import { PageQuery } from '../../platform/http/pagination.js';
import { INVITATION_STATUSES, type InvitationStatus } from '../invitations/invitations.repository.js';

export class ListInvitationsQuery extends PageQuery {
  @ChoiceField(INVITATION_STATUSES, { optional: true, description: '`open` when left out.' })
  status: InvitationStatus = 'open';
}
