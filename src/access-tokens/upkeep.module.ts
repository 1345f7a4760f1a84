import { Module } from '@nestjs/common';
import { LastUseBuffer } from './last-use.js';
import { StaleHashesBuffer } from './stale-hashes.js';
import { TokenUsageWriter } from './upkeep.js';
import { TokenUsageRepository } from './upkeep.repository.js';

@Module({
  providers: [LastUseBuffer, StaleHashesBuffer, TokenUsageWriter, TokenUsageRepository],
  exports: [LastUseBuffer, StaleHashesBuffer],
})
export class TokenUsageModule {}
