import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { hashingOriginOf } from '../auth/passwords/hashing-queue.js';
import { PasswordHashing } from '../auth/passwords/password-hashing.service.js';
import { SignInLimits } from '../auth/sign-in/sign-in-limits.service.js';
import { Transactions } from '../platform/database/transactions.service.js';
import { invalidField } from '../platform/errors/app-error.js';
import { UsersService } from '../users/users.service.js';
import type { ResetPasswordRequest } from './dto/user-account.requests.js';
import { MailedLinks } from './mailed-links.service.js';
import { PasswordReplacement } from './password-replacement.service.js';
import type { CarriedSessions } from './request-sessions.pipe.js';

const PURPOSE = 'reset_password';

@Injectable()
export class PasswordResetService {
  constructor(
    private readonly secrets: MailedLinks,
    private readonly passwords: PasswordHashing,
    private readonly users: UsersService,
    private readonly replacement: PasswordReplacement,
    private readonly limits: SignInLimits,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Sets a new password for the user to whom the secret was mailed. The secret is checked before the password is
   * hashed, so that a stranger cannot spend bcrypt's time. It is used up in the transaction of the change.
   */
  async reset(
    { token, newPassword, revokeTokens = false }: ResetPasswordRequest,
    carried: CarriedSessions,
    origin: RequestOrigin,
  ): Promise<void> {
    const userId = await this.secrets.peek(PURPOSE, token);
    if (userId === null) throw unusable();
    const person = await this.users.getUser(userId);
    const organizations = await this.users.organizationWords(userId);
    const owner = { email: person.email, name: person.name, organizations };
    const passwordHash = await this.passwords.choose(
      'newPassword',
      newPassword,
      owner,
      hashingOriginOf(origin.ip, true),
    );
    await this.transactions.run(async (tx) => {
      if ((await this.secrets.redeem(tx, PURPOSE, token)) === null) throw unusable();
      const { isOwnerVerified } = await this.users.lockEmailVerification(tx, userId);
      await this.users.setPassword(tx, userId, passwordHash);
      await this.users.verifyEmail(tx, person, origin, { isOwner: true });
      await this.replacement.complete(tx, {
        action: 'user.password_reset',
        person,
        keptSessionId: null,
        // The holder of the old password was never verified as owner of the mailbox (first-verification.service.ts).
        revokeTokens: revokeTokens || (!isOwnerVerified && !carried.has(userId)),
        origin,
      });
    });
    // Earlier guesses must not delay the owner's sign-in.
    await this.limits.reset(person.email, origin.ip);
  }
}

function unusable(): Error {
  return invalidField('token', 'is unknown, used or expired');
}
