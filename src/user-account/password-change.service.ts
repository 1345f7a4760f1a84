import { Injectable } from '@nestjs/common';
import type { RequestOrigin, SessionPrincipal } from '../access-control/principal.js';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import { hashingOriginOf } from '../auth/passwords/hashing-queue.js';
import { PasswordHashing } from '../auth/passwords/password-hashing.service.js';
import { PasswordCheck } from '../auth/sign-in/password-check.service.js';
import { AppError, invalidField } from '../platform/errors/app-error.js';
import { UsersService } from '../users/users.service.js';
import type { ChangePasswordRequest } from './dto/user-account.requests.js';
import { PasswordReplacement } from './password-replacement.service.js';

@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly check: PasswordCheck,
    private readonly passwords: PasswordHashing,
    private readonly users: UsersService,
    private readonly replacement: PasswordReplacement,
    private readonly authorized: AuthorizedTransaction,
  ) {}

  /**
   * Changes the password. Throws `invalid_credentials`, which leaves the session as it is, and counts as a failed
   * sign-in.
   */
  async change(
    principal: SessionPrincipal,
    { currentPassword, newPassword, revokeTokens = false }: ChangePasswordRequest,
    origin: RequestOrigin,
  ): Promise<void> {
    const { sessionId, user } = principal;
    const person = await this.check.confirm(user.email, currentPassword, { origin, sessionId });
    if (newPassword === currentPassword) throw invalidField('newPassword', 'must differ from the current password');
    const organizations = await this.users.organizationWords(person.id);
    const owner = { ...person, organizations };
    const to = await this.passwords.choose('newPassword', newPassword, owner, hashingOriginOf(origin.ip, true));
    const need = { owner: { kind: 'user', userId: user.id }, permission: 'user:manage' } as const;
    await this.authorized.run(need, { ...origin, principal }, async ({ tx }) => {
      const isReplaced = await this.users.replacePassword(tx, person.id, { from: person.passwordHash, to });
      if (!isReplaced) throw new AppError('invalid_credentials', { detail: 'The password has just been changed.' });
      const action = 'user.password_changed';
      await this.replacement.complete(tx, { action, person, keptSessionId: sessionId, revokeTokens, origin });
    });
  }
}
