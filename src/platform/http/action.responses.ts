import { ApiProperty } from '@nestjs/swagger';

/** The response of actions that must not reveal which addresses have an account. */
export class AcceptedResponse {
  @ApiProperty({ enum: ['accepted'] })
  status!: 'accepted';
}

export const ACCEPTED: AcceptedResponse = { status: 'accepted' };

/** The response of an action without a result. */
export class DoneResponse {
  @ApiProperty({ enum: ['done'] })
  status!: 'done';
}

export const DONE: DoneResponse = { status: 'done' };
