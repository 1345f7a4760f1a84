import { ROLES, type Role } from '../../policy/role-grants.js';
import { ChoiceField, EmailField } from '../../shared/fields.js';

export class InviteRequest {
  @EmailField()
  email!: string;

  @ChoiceField(ROLES)
  role!: Role;
}
