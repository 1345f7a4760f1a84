import { TextField } from '../../shared/fields.js';
import { SlugField } from './slug-field.js';

export class CreateOrganizationRequest {
  @TextField(1, 100)
  name!: string;

  @SlugField()
  slug?: string;
}
