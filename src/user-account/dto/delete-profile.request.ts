import { RawTextField } from '../../platform/validation/fields.js';

export class DeleteProfileRequest {
  @RawTextField(1, 128)
  password!: string;
}
