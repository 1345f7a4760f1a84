import { EmptyIsAbsent, TextField } from '../../platform/validation/fields.js';
import { SlugField } from './slug-field.js';

export class CreateOrganizationRequest {
  @TextField(1, 100)
  name!: string;

  @EmptyIsAbsent()
  @SlugField()
  slug?: string;
}
