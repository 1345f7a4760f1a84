import { TextField } from '../../../shared/fields.js';

export class CreateTokenRequest {
  @TextField(1, 100, { example: 'deploy', description: 'The label.' })
  name!: string;
}
