import { Module } from '@nestjs/common';
import { UpkeepModule } from '../access-tokens/upkeep.module.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionTokens } from './session-token.js';

@Module({
  imports: [UpkeepModule],
  providers: [SessionTokens, SessionStrategy, AccessTokenStrategy],
  exports: [SessionTokens, SessionStrategy, AccessTokenStrategy],
})
export class AuthModule {}
