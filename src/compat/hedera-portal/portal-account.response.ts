/** Ledger account in the format of the Hedera Portal's API. Amounts and numbers are strings there. */
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { KEY_TYPES } from '../../ledger-accounts/keys/account-keys.js';
import type { ShownAccount } from '../../ledger-accounts/keys/private-key-access.service.js';
import { NETWORK_NAMES } from '../../ledger-accounts/networks/ledger-network.js';

class PortalBalanceResponse {
  @ApiProperty({ example: '100000000000' }) _valueInTinybar!: string;
}

export class PortalAccountResponse {
  @ApiProperty({ example: '1234' }) accountNum!: string;
  @ApiProperty({ example: '0' }) shard!: string;
  @ApiProperty({ example: '0' }) realm!: string;
  @ApiProperty({ enum: [...NETWORK_NAMES] }) network!: string;
  @ApiProperty({ enum: [...KEY_TYPES] }) keyType!: string;
  @ApiProperty({ description: 'DER in hex.' }) publicKey!: string;

  @ApiProperty({ type: String, nullable: true, description: 'DER in hex; `null` without `ledger-accounts:reveal`.' })
  privateKey!: string | null;

  @ApiProperty() balance!: PortalBalanceResponse;
  @ApiProperty({ example: '100000000000' }) balanceLimit!: string;
  @ApiProperty() scheduledForDisbursement!: boolean;

  @ApiProperty({ type: String, nullable: true, example: '2024-01-22 15:29:40.004689+00' })
  lastDisbursementAt!: string | null;

  static of(shown: ShownAccount): PortalAccountResponse {
    return inPortalForm(shown);
  }
}

export class PortalAccountsResponse {
  @ApiProperty({ type: [PortalAccountResponse], description: 'In the order of their creation.' })
  accounts!: readonly PortalAccountResponse[];
}

/**
 * One account in two formats at once: unwrapped for the portal's sample code, and wrapped as its guide documents it.
 */
@ApiExtraModels(PortalAccountResponse)
export class PortalOneAccountResponse extends PortalAccountResponse {
  @ApiProperty({
    type: 'array',
    items: { $ref: getSchemaPath(PortalAccountResponse) },
    description: 'The same account.',
  })
  accounts!: readonly PortalAccountResponse[];

  static override of(shown: ShownAccount): PortalOneAccountResponse {
    const account = inPortalForm(shown);
    return { ...account, accounts: [account] };
  }
}

function inPortalForm({ account, privateKey }: ShownAccount) {
  const { network, keyType, publicKey, scheduledForDisbursement } = account;
  return {
    accountNum: account.accountNumber ?? '',
    shard: '0',
    realm: '0',
    ...{ network, keyType, publicKey, privateKey },
    balance: { _valueInTinybar: account.balance.toString() },
    balanceLimit: account.balanceLimit.toString(),
    scheduledForDisbursement,
    lastDisbursementAt: account.lastDisbursementText,
  };
}
