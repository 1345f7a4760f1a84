import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTokensModule } from '../access-tokens/access-tokens.module.js';
import { TokenUsageModule } from '../verification/usage/token-usage.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokenStrategy } from './strategies/access-token.strategy.js';
import { AccountLimits } from '../user-account/account-limits.service.js';
import { JwksController } from './sessions/jwks.controller.js';
import { PasswordCostCheck } from './passwords/password-cost.check.js';
import { PasswordHashing } from './passwords/password-hashing.service.js';
import { AccountMailsCheck } from '../user-account/account-mails.check.js';
import { AccountMailsTask, RequestedAccountMails } from '../user-account/account-mails.task.js';
import { AccountMailRequests } from '../user-account/account-mail-requests.service.js';
import { AccountMails } from '../user-account/account-mails.service.js';
import { FirstVerificationService } from '../user-account/first-verification.service.js';
import { CarriedSessionsPipe } from '../user-account/carried-sessions.pipe.js';
import { EmailLinkRequests } from '../user-account/email-link-requests.service.js';
import { EmailVerificationService } from '../user-account/email-verification.service.js';
import { EmailController } from '../user-account/email.controller.js';
import { MailedSecretsRepository } from '../user-account/mailed-secrets.repository.js';
import { MailedSecrets } from '../user-account/mailed-secrets.service.js';
import { PasswordChangeService } from '../user-account/password-change.service.js';
import { PasswordReplacement } from '../user-account/password-replacement.service.js';
import { PasswordResetRequests } from '../user-account/password-reset-requests.service.js';
import { PasswordResetService } from '../user-account/password-reset.service.js';
import { PasswordController } from '../user-account/password.controller.js';
import { SessionStrategy } from './strategies/session.strategy.js';
import { SessionTokenService } from './sessions/session-token.service.js';
import { CrossSiteGuard } from './guards/cross-site.guard.js';
import { OwnSessionsService } from './sessions/own-sessions.service.js';
import { RefreshService } from './sessions/refresh.service.js';
import { SessionCookies } from './sessions/session-cookies.service.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { PasswordCheck } from './passwords/password-check.service.js';
import { RegistrationService } from '../user-account/registration.service.js';
import { SignInHttpService } from './sign-in/sign-in-http.service.js';
import { SignInLimits } from './sign-in/sign-in-limits.service.js';
import { SignInService } from './sign-in/sign-in.service.js';

const SIGN_IN = [PasswordCheck, PasswordCostCheck, PasswordHashing, RegistrationService, SignInHttpService, SignInLimits, SignInService];
const SESSIONS = [
  CrossSiteGuard,
  OwnSessionsService,
  RefreshService,
  SessionCookies,
  SessionsRepository,
  SessionsService,
];
const RECOVERY = [
  AccountLimits,
  AccountMailsCheck,
  AccountMailsTask,
  AccountMailRequests,
  AccountMails,
  FirstVerificationService,
  CarriedSessionsPipe,
  EmailLinkRequests,
  EmailVerificationService,
  MailedSecrets,
  MailedSecretsRepository,
  PasswordChangeService,
  PasswordReplacement,
  PasswordResetRequests,
  PasswordResetService,
  RequestedAccountMails,
];

@Module({
  imports: [TypeOrmModule.forFeature([Session]), AccessTokensModule, TokenUsageModule, UsersModule],
  controllers: [SignInController, EmailController, JwksController, PasswordController, SessionsController],
  providers: [SessionTokenService, SessionStrategy, AccessTokenStrategy, ...SIGN_IN, ...SESSIONS, ...RECOVERY],
  exports: [
    SessionTokenService,
    SessionStrategy,
    AccessTokenStrategy,
    AccountMails,
    PasswordCheck,
    SessionCookies,
    SessionsService,
    SignInService,
  ],
})
export class AuthModule {}
