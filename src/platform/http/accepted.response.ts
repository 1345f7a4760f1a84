import { ApiProperty } from '@nestjs/swagger';

/** The answer where a more telling one would tell who has an account. */
export class AcceptedResponse {
  @ApiProperty({ enum: ['accepted'] })
  status!: 'accepted';
}

export const ACCEPTED: AcceptedResponse = { status: 'accepted' };
