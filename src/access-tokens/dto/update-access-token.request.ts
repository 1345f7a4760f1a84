import { TextField } from '../../platform/validation/fields.js';
import { ScopesField } from './scopes-field.js';

export class UpdateAccessTokenRequest {
  @TextField(1, 100, { optional: true }) label?: string;

  @ScopesField({ optional: true }) scopes?: string[];
}
