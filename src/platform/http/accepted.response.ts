import { ApiProperty } from '@nestjs/swagger';

/** The response of actions that must not reveal which addresses have an account. */
export class AcceptedResponse {
  @ApiProperty({ enum: ['accepted'] })
  status!: 'accepted';
}

export const ACCEPTED: AcceptedResponse = { status: 'accepted' };
