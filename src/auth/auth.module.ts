import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { TokenUsageModule } from '../verification/usage/token-usage.module.js';
import { CrossSiteGuard } from './guards/cross-site.guard.js';
import { PasswordCostCheck } from './passwords/password-cost.check.js';
import { PasswordHashing } from './passwords/password-hashing.service.js';
import { JwksController } from './sessions/jwks.controller.js';
import { KnownSourcesRepository } from './sessions/known-sources.repository.js';
import { OwnSessionsService } from './sessions/own-sessions.service.js';
import { RefreshService } from './sessions/refresh.service.js';
import { SessionCookies } from './sessions/session-cookies.service.js';
import { SessionTokenService } from './sessions/session-token.service.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { PasswordCheck } from './sign-in/password-check.service.js';
import { SignInHttpService } from './sign-in/sign-in-http.service.js';
import { SignInLimits } from './sign-in/sign-in-limits.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { AccessTokenStrategy } from './strategies/access-token.strategy.js';
import { SessionStrategy } from './strategies/session.strategy.js';

const STRATEGIES = [AccessTokenStrategy, SessionStrategy];
const PASSWORDS = [PasswordCheck, PasswordCostCheck, PasswordHashing];
const SESSIONS = [
  CrossSiteGuard,
  KnownSourcesRepository,
  OwnSessionsService,
  RefreshService,
  SessionCookies,
  SessionsRepository,
  SessionsService,
  SessionTokenService,
];
const SIGN_IN = [SignInHttpService, SignInLimits, SignInService];

@Module({
  imports: [TypeOrmModule.forFeature([Session]), TokenUsageModule, UsersModule],
  controllers: [JwksController, SessionsController, SignInController],
  providers: [...STRATEGIES, ...PASSWORDS, ...SESSIONS, ...SIGN_IN],
  exports: [
    ...STRATEGIES,
    CrossSiteGuard,
    PasswordCheck,
    PasswordHashing,
    SessionCookies,
    SessionsService,
    SessionTokenService,
    SignInLimits,
    SignInService,
  ],
})
export class AuthModule {}
