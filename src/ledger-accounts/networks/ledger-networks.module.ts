import { Module } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { CreationPace } from './creation-pace.js';
import { HederaNetworks } from './hedera/hedera-networks.js';
import { loadSdk } from './hedera/sdk.js';
import { LedgerNetworks } from './ledger-network.js';
import { SimulatedLedgerRepository } from './simulated/simulated-ledger.repository.js';
import { SimulatedNetworks } from './simulated/simulated-networks.js';

@Module({
  providers: [
    SimulatedLedgerRepository,
    { provide: LedgerNetworks, inject: [AppConfig, SimulatedLedgerRepository], useFactory: driverFor },
  ],
  exports: [LedgerNetworks],
})
export class LedgerNetworksModule {}

async function driverFor({ ledger }: AppConfig, repository: SimulatedLedgerRepository): Promise<LedgerNetworks> {
  const pace = new CreationPace(ledger.creationsPerSecond);
  if (ledger.driver === 'hedera') return new HederaNetworks(await loadSdk(), ledger, pace);
  return new SimulatedNetworks(repository, pace, ledger.requestTimeoutMs);
}
