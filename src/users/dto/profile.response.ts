import { ApiProperty } from '@nestjs/swagger';
import type { User } from '../user.entity.js';

export class ProfileResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'Whether the mailbox was proven to be this user’s.' })
  emailVerified!: boolean;

  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  static of({ id, email, name, emailVerifiedAt, createdAt }: User): ProfileResponse {
    return { id, email, name, emailVerified: emailVerifiedAt !== null, createdAt };
  }
}
