import { Module } from '@nestjs/common';
import { LastUseBuffer } from './last-use.buffer.js';
import { StaleHashesBuffer } from './stale-hashes.buffer.js';
import { TokenUsageRepository } from './token-usage.repository.js';
import { TokenUsageWriter } from './token-usage.writer.js';

@Module({
  providers: [LastUseBuffer, StaleHashesBuffer, TokenUsageWriter, TokenUsageRepository],
  exports: [LastUseBuffer, StaleHashesBuffer],
})
export class TokenUsageModule {}
