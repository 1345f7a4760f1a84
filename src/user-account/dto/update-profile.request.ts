import { TextField } from '../../platform/validation/fields.js';

export class UpdateProfileRequest {
  @TextField(1, 100)
  name!: string;
}
