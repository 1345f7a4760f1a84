import { TextField } from '../../shared/fields.js';

export class UpdateProfileRequest {
  @TextField(1, 100)
  name!: string;
}
