import { TextField } from '../../../platform/validation/fields.js';

export class TenderlyTokenRequest {
  @TextField(1, 100, { example: 'deploy', description: 'The label.' })
  name!: string;
}
