import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** Longer than most proxies are patient would be of no use. */
const LONGEST_WAIT_SECONDS = 30;

/** Not all that reads as a number, such as `1e1`, ` 2` or nothing. */
function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,2}$/.test(value);
}

export class GetLedgerAccountQuery {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    maximum: LONGEST_WAIT_SECONDS,
    default: 0,
    description: 'Seconds to wait for an account that is `creating` or `recreating`; answered the moment it is ready.',
  })
  @Transform(({ value }: { value: unknown }) => (isDigits(value) ? Number(value) : value))
  @IsInt()
  @Min(0)
  @Max(LONGEST_WAIT_SECONDS)
  wait: number = 0;
}
