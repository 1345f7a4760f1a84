import { ApiProperty } from '@nestjs/swagger';
import type { LedgerConfig } from '../../../config/app-config.js';
import type { Page } from '../../platform/http/pagination.js';
import { ACCOUNT_STATUSES, type AccountStatus } from '../account-row.js';
import { KEY_TYPES } from '../keys/account-keys.js';
import type { ShownAccount } from '../keys/private-key-access.service.js';
import { ALL_NETWORKS, canCreateOn, type AnyNetwork } from '../known-networks.js';
import type { DetailedAccount } from '../ledger-accounts.service.js';
import { NETWORK_NAMES, type KeyType, type NetworkName } from '../networks/ledger-network.js';

export class AccountNumberResponse {
  @ApiProperty({ example: '1234' }) accountNumber!: string;
  @ApiProperty() since!: Date;
  @ApiProperty({ type: Date, nullable: true, description: 'When the network was found to have lost it.' })
  until!: Date | null;
}

export class LedgerAccountResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: [...NETWORK_NAMES] }) network!: NetworkName;
  @ApiProperty({ enum: [...KEY_TYPES] }) keyType!: KeyType;
  @ApiProperty({ description: 'DER in hex.' }) publicKey!: string;

  @ApiProperty({ type: String, nullable: true, description: 'DER in hex; `null` without `ledger-accounts:reveal`.' })
  privateKey!: string | null;

  @ApiProperty({ enum: [...ACCOUNT_STATUSES] }) status!: AccountStatus;

  @ApiProperty({ type: String, nullable: true, example: '1234', description: 'As in 0.0.1234; `null` while creating.' })
  accountNumber!: string | null;

  @ApiProperty({ example: '100000000000', description: 'In tinybar, as last seen.' }) balance!: string;
  @ApiProperty({ example: '100000000000', description: 'Refilled to this, at most once a day.' }) balanceLimit!: string;
  @ApiProperty() scheduledForDisbursement!: boolean;
  @ApiProperty({ type: Date, nullable: true }) lastDisbursementAt!: Date | null;
  @ApiProperty() createdAt!: Date;

  static of(shown: ShownAccount): LedgerAccountResponse {
    return presented(shown);
  }
}

export class LedgerAccountDetailsResponse extends LedgerAccountResponse {
  @ApiProperty({ type: [AccountNumberResponse], description: 'The present number and former ones, newest first.' })
  accountNumbers!: readonly AccountNumberResponse[];

  static override of({ numbers, ...shown }: DetailedAccount): LedgerAccountDetailsResponse {
    return { ...presented(shown), accountNumbers: numbers };
  }
}

export class LedgerAccountsResponse implements Page<LedgerAccountResponse> {
  @ApiProperty({ type: [LedgerAccountResponse] }) items!: readonly LedgerAccountResponse[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;

  static of({ items, nextCursor }: Page<ShownAccount>): LedgerAccountsResponse {
    return { items: items.map((shown) => LedgerAccountResponse.of(shown)), nextCursor };
  }
}

/** Lists every field by name, so that no other column of a row gets into a response. */
function presented({ account, privateKey }: ShownAccount) {
  const { id, network, keyType, publicKey, status, accountNumber, scheduledForDisbursement } = account;
  const { balance, balanceLimit, lastDisbursementAt, createdAt } = account;
  return {
    ...{ id, network, keyType, publicKey, privateKey, status, accountNumber },
    balance: balance.toString(),
    balanceLimit: balanceLimit.toString(),
    ...{ scheduledForDisbursement, lastDisbursementAt, createdAt },
  };
}

export class NetworkResponse {
  @ApiProperty({ enum: [...ALL_NETWORKS] }) name!: AnyNetwork;
  @ApiProperty({ description: 'Whether accounts can be created on it here.' }) canCreate!: boolean;

  @ApiProperty({
    enum: ['simulated', 'hedera'],
    nullable: true,
    description: 'Whether its accounts are on the real network, or on one that this service simulates.',
  })
  driver!: LedgerConfig['driver'] | null;

  static of(name: AnyNetwork, ledger: LedgerConfig): NetworkResponse {
    const canCreate = canCreateOn(name, ledger);
    return { name, canCreate, driver: canCreate ? ledger.driver : null };
  }
}

export class NetworksResponse {
  @ApiProperty({ type: [NetworkResponse] }) items!: readonly NetworkResponse[];
  @ApiProperty({ type: String, nullable: true, description: 'Always `null`: they are few.' }) nextCursor!:
    string | null;
}
