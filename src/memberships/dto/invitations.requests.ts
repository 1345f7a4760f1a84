import { ROLES, type Role } from '../../access-control/role-grants.js';
import { PageQuery } from '../../platform/http/pagination.js';
import { ChoiceField, EmailField, RawTextField } from '../../platform/validation/fields.js';
import { INVITATION_STATUSES, type InvitationStatus } from '../invitations/invitations.repository.js';

export class InviteRequest {
  @EmailField()
  email!: string;

  @ChoiceField(ROLES)
  role!: Role;
}

export class AcceptInvitationRequest {
  @RawTextField(1, 200, { description: 'The `token` of the mailed link.' })
  token!: string;
}

export class ListInvitationsQuery extends PageQuery {
  @ChoiceField(INVITATION_STATUSES, { optional: true, description: '`open` when left out.' })
  status: InvitationStatus = 'open';
}
