import { Module } from '@nestjs/common';
import { AccessTokensModule } from '../access-tokens/access-tokens.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountLimits } from './account-limits.service.js';
import { AccountMailRequests } from './account-mail-requests.service.js';
import { AccountMailsCheck } from './account-mails.check.js';
import { AccountMails } from './account-mails.service.js';
import { AccountMailsTask, RequestedAccountMails } from './account-mails.task.js';
import { EmailLinkRequests } from './email-link-requests.service.js';
import { EmailVerificationService } from './email-verification.service.js';
import { EmailController } from './email.controller.js';
import { FirstVerificationService } from './first-verification.service.js';
import { MailedLinksRepository } from './mailed-links.repository.js';
import { MailedLinks } from './mailed-links.service.js';
import { PasswordChangeService } from './password-change.service.js';
import { PasswordReplacement } from './password-replacement.service.js';
import { PasswordResetRequests } from './password-reset-requests.service.js';
import { PasswordResetService } from './password-reset.service.js';
import { PasswordController } from './password.controller.js';
import { ProfileController } from './profile.controller.js';
import { ProfileService } from './profile.service.js';
import { RegistrationController } from './registration.controller.js';
import { RegistrationService } from './registration.service.js';
import { RequestSessionsPipe } from './request-sessions.pipe.js';

const MAILS = [
  AccountMailRequests,
  AccountMails,
  AccountMailsCheck,
  AccountMailsTask,
  MailedLinks,
  MailedLinksRepository,
  RequestedAccountMails,
];
const EMAIL = [RequestSessionsPipe, EmailLinkRequests, EmailVerificationService, FirstVerificationService];
const PASSWORD = [PasswordChangeService, PasswordReplacement, PasswordResetRequests, PasswordResetService];

@Module({
  imports: [AccessTokensModule, AuthModule, MembershipsModule, UsersModule],
  controllers: [EmailController, PasswordController, ProfileController, RegistrationController],
  providers: [AccountLimits, ProfileService, RegistrationService, ...MAILS, ...EMAIL, ...PASSWORD],
})
export class UserAccountModule {}
