import { ChoiceField } from '../../shared/fields.js';
import { PageQuery } from '../../shared/pagination.js';
import { INVITATION_STATUSES, type InvitationStatus } from '../invitations.repository.js';

export class ListInvitationsQuery extends PageQuery {
  @ChoiceField(INVITATION_STATUSES, { optional: true, description: '`open` when left out.' })
  status: InvitationStatus = 'open';
}
