import { ApiProperty } from '@nestjs/swagger';
import type { LedgerConfig } from '../../../config/app-config.js';
import { ALL_NETWORKS, canCreateOn, type AnyNetwork } from '../known-networks.js';

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
