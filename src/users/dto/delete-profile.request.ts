import { RawTextField } from '../../shared/fields.js';

export class DeleteProfileRequest {
  @RawTextField(1, 128)
  password!: string;
}
