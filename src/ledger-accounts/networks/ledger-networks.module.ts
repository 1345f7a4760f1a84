import { Module } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { CreationPace } from './creation-pace.js';
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

function driverFor({ ledger }: AppConfig, repository: SimulatedLedgerRepository): LedgerNetworks {
  const pace = new CreationPace(ledger.creationsPerSecond);
  return new SimulatedNetworks(repository, pace, ledger.requestTimeoutMs);
}
