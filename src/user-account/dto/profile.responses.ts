import { ApiProperty } from '@nestjs/swagger';
import type { Profile } from '../../users/users.service.js';

export class ProfileResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'ada-lovelace-7k3m9q', description: 'Given at registration; it never changes.' })
  username!: string;

  @ApiProperty({ description: 'Whether the mailbox was proven to be this user’s.' })
  emailVerified!: boolean;

  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  static of({ id, email, name, username, emailVerifiedAt, createdAt }: Profile): ProfileResponse {
    return { id, email, name, username, emailVerified: emailVerifiedAt !== null, createdAt };
  }
}
