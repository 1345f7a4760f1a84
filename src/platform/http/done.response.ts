import { ApiProperty } from '@nestjs/swagger';

/** The answer of an action that has nothing else to show. */
export class DoneResponse {
  @ApiProperty({ enum: ['done'] })
  status!: 'done';
}

export const DONE: DoneResponse = { status: 'done' };
