import { ApiProperty } from '@nestjs/swagger';
import type { IssuedToken } from '../../../access-tokens/token-factory.service.js';

export class TenderlyTokenResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'lk_pat_…', description: 'The whole secret. It is never shown again.' }) secret!: string;

  static of({ secret, token }: IssuedToken): TenderlyTokenResponse {
    return { id: token.id, secret };
  }
}
