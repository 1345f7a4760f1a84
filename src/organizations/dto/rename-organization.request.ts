import { TextField } from '../../platform/validation/fields.js';

export class RenameOrganizationRequest {
  @TextField(1, 100)
  name!: string;
}
