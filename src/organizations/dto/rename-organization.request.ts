import { TextField } from '../../shared/fields.js';

export class RenameOrganizationRequest {
  @TextField(1, 100)
  name!: string;
}
