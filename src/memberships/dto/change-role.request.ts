import { ROLES, type Role } from '../../policy/role-grants.js';
import { ChoiceField } from '../../shared/fields.js';

export class ChangeRoleRequest {
  @ChoiceField(ROLES)
  role!: Role;
}
