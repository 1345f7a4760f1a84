import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { PageQuery } from '../../platform/http/pagination.js';
import { ChoiceField } from '../../platform/validation/fields.js';
import { KEY_TYPES } from '../keys/account-keys.js';
import { ALL_NETWORKS, type AnyNetwork } from '../known-networks.js';
import { NETWORK_NAMES, type KeyType, type NetworkName } from '../networks/ledger-network.js';

export class CreateLedgerAccountRequest {
  @ChoiceField(NETWORK_NAMES, { example: 'testnet' }) network!: NetworkName;

  @ChoiceField(KEY_TYPES, { example: 'ed25519' }) keyType!: KeyType;
}

/** Upper limit of a long poll: most proxies end requests that take longer. */
const MAX_WAIT_SECONDS = 30;

/** Whether the text is one or two digits. `Number` alone would also accept `1e1`, ` 2` and the empty string. */
function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,2}$/.test(value);
}

export class GetLedgerAccountQuery {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    maximum: MAX_WAIT_SECONDS,
    default: 0,
    description: 'Seconds to wait for an account that is `creating` or `recreating`; answered the moment it is ready.',
  })
  @Transform(({ value }: { value: unknown }) => (isDigits(value) ? Number(value) : value))
  @IsInt()
  @Min(0)
  @Max(MAX_WAIT_SECONDS)
  wait: number = 0;
}

export class ListLedgerAccountsQuery extends PageQuery {
  @ChoiceField(ALL_NETWORKS, { optional: true }) network?: AnyNetwork;
}
