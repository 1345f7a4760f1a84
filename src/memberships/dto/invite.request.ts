import { ROLES, type Role } from '../../access-control/role-grants.js';
import { ChoiceField, EmailField } from '../../platform/validation/fields.js';

export class InviteRequest {
  @EmailField()
  email!: string;

  @ChoiceField(ROLES)
  role!: Role;
}
