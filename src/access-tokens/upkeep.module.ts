import { Module } from '@nestjs/common';
import { LastUse } from './last-use.js';
import { StaleHashes } from './stale-hashes.js';
import { Upkeep } from './upkeep.js';
import { UpkeepRepository } from './upkeep.repository.js';

@Module({
  providers: [LastUse, StaleHashes, Upkeep, UpkeepRepository],
  exports: [LastUse, StaleHashes],
})
export class UpkeepModule {}
