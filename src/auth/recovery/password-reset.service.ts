import { Injectable } from '@nestjs/common';
import { Transactions } from '../../database/transactions.js';
import { invalidField } from '../../errors/app-error.js';
import { UsersService } from '../../users/users.service.js';
import { turnOf } from '../password-work.js';
import { Passwords } from '../passwords.js';
import type { RequestOrigin } from '../principal.js';
import { MailedSecrets } from './mailed-secrets.js';
import { PasswordReplacement } from './password-replacement.js';
import type { ResetPasswordRequest } from './reset-password.request.js';

const PURPOSE = 'reset_password';

@Injectable()
export class PasswordResetService {
  constructor(
    private readonly secrets: MailedSecrets,
    private readonly passwords: Passwords,
    private readonly users: UsersService,
    private readonly replacement: PasswordReplacement,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Sets a new password for whom the secret was mailed to. The secret is looked at before the password is hashed, so that
   * a stranger cannot spend bcrypt's time, and used up in the transaction of the change.
   */
  async reset(
    { token, newPassword, revokeTokens = false }: ResetPasswordRequest,
    origin: RequestOrigin,
  ): Promise<void> {
    const userId = await this.secrets.peek(PURPOSE, token);
    if (userId === null) throw unusable();
    const person = await this.users.getUser(userId);
    const passwordHash = await this.passwords.choose('newPassword', newPassword, person, turnOf(origin.ip, true));
    await this.transactions.run(async (tx) => {
      if ((await this.secrets.redeem(tx, PURPOSE, token)) === null) throw unusable();
      await this.users.setPassword(tx, userId, passwordHash);
      const isNewlyProven = await this.users.proveEmail(tx, person, origin);
      await this.replacement.follow(tx, {
        action: 'user.password_reset',
        person,
        keptSessionId: null,
        // Whoever held the account before its mailbox was proven need not be the owner of the mailbox.
        revokeTokens: revokeTokens || isNewlyProven,
        origin,
      });
    });
    await this.replacement.forgetFailures(person, origin);
  }
}

function unusable(): Error {
  return invalidField('token', 'is unknown, used or expired');
}
