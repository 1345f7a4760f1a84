import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** Longer than most proxies are patient would be of no use. */
export const LONGEST_WAIT_SECONDS = 30;

export class GetLedgerAccountQuery {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    maximum: LONGEST_WAIT_SECONDS,
    default: 0,
    description: 'Seconds to wait for an account that is `creating` or `recreating`; answered the moment it is ready.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LONGEST_WAIT_SECONDS)
  wait: number = 0;
}
