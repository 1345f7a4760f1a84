import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '../session.entity.js';

class SignedInUserResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty()
  name!: string;
}

export class SignedInResponse {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer …`.' })
  accessToken!: string;

  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';

  @ApiProperty({ description: 'Seconds until the access token expires.', example: 600 })
  expiresIn!: number;

  @ApiProperty()
  user!: SignedInUserResponse;
}

export class SessionResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Whether it is the session that asks.' })
  current!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The user agent that signed in.' })
  device!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The address that signed in.' })
  ip!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ format: 'date-time', description: 'The last sign-in or refresh.' })
  lastUsedAt!: Date;

  @ApiProperty({ format: 'date-time', description: 'When it ends unless it is refreshed.' })
  expiresAt!: Date;

  static of(session: Session, currentId: string): SessionResponse {
    const { id, userAgent, ip, createdAt, lastUsedAt, expiresAt } = session;
    return { id, current: id === currentId, device: userAgent, ip, createdAt, lastUsedAt, expiresAt };
  }
}

export class SessionPageResponse {
  @ApiProperty({ type: [SessionResponse] })
  items!: readonly SessionResponse[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
