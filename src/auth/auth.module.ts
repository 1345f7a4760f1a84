import { Module } from '@nestjs/common';
import { LastUse } from '../access-tokens/last-use.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionTokens } from './session-token.js';

@Module({
  providers: [LastUse, SessionTokens, SessionStrategy, AccessTokenStrategy],
  exports: [SessionTokens, SessionStrategy, AccessTokenStrategy],
})
export class AuthModule {}
