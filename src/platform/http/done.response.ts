import { ApiProperty } from '@nestjs/swagger';

/** The response of an action without a result. */
export class DoneResponse {
  @ApiProperty({ enum: ['done'] })
  status!: 'done';
}

export const DONE: DoneResponse = { status: 'done' };
