import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTokensModule } from '../access-tokens/access-tokens.module.js';
import { TokenUsageModule } from '../access-tokens/upkeep.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AccountLimits } from './account-limits.js';
import { JwksController } from './jwks.controller.js';
import { PasswordCostCheck } from './password-costs.js';
import { PasswordHashing } from './passwords.js';
import { AccountMailsCheck } from './recovery/account-mail-checks.js';
import { AccountMailsTask, RequestedAccountMails } from './recovery/account-mail-jobs.js';
import { AccountMailRequests } from './recovery/account-mail-requests.js';
import { AccountMails } from './recovery/account-mails.js';
import { FirstVerificationService } from './recovery/address-proof.js';
import { CarriedSessionsPipe } from './recovery/carried-sessions.pipe.js';
import { EmailLinkRequests } from './recovery/email-link-requests.js';
import { EmailVerificationService } from './recovery/email-proof.service.js';
import { EmailController } from './recovery/email.controller.js';
import { MailedSecretsRepository } from './recovery/mailed-secrets.repository.js';
import { MailedSecrets } from './recovery/mailed-secrets.js';
import { PasswordChangeService } from './recovery/password-change.service.js';
import { PasswordReplacement } from './recovery/password-replacement.js';
import { PasswordResetRequests } from './recovery/password-reset-requests.js';
import { PasswordResetService } from './recovery/password-reset.service.js';
import { PasswordController } from './recovery/password.controller.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionTokenService } from './session-token.js';
import { CrossSiteGuard } from './sessions/cross-site.guard.js';
import { OwnSessionsService } from './sessions/own-sessions.service.js';
import { RefreshService } from './sessions/refresh.service.js';
import { SessionCookies } from './sessions/session-delivery.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SignInController } from './sign-in/auth.controller.js';
import { PasswordCheck } from './sign-in/password-check.js';
import { RegistrationService } from './sign-in/registration.service.js';
import { SignInHttpService } from './sign-in/sign-in-desk.js';
import { SignInLimits } from './sign-in/sign-in-limits.js';
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
