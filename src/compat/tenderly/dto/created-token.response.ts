import { ApiProperty } from '@nestjs/swagger';
import type { IssuedToken } from '../../../access-tokens/minter.js';

export class CreatedTokenResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'lk_pat_…', description: 'The whole secret. It is never shown again.' }) secret!: string;

  static of({ secret, token }: IssuedToken): CreatedTokenResponse {
    return { id: token.id, secret };
  }
}
