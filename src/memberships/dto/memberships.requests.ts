import { ROLES, type Role } from '../../access-control/role-grants.js';
import { ChoiceField } from '../../platform/validation/fields.js';

export class ChangeRoleRequest {
  @ChoiceField(ROLES)
  role!: Role;
}
