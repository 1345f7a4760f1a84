/**
 * The one way in which a password is checked, at sign-in and wherever it is asked for again: limited, audited, and for
 * an unknown address, a wrong password and a disabled user with the same answer after the same work.
 */
import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../audit/actor.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { Transactions } from '../../database/transactions.js';
import { AppError } from '../../errors/app-error.js';
import { UsersService, type Person } from '../../users/users.service.js';
import { Passwords } from '../passwords.js';
import type { RequestOrigin } from '../principal.js';
import { SignInLimits } from './sign-in-limits.js';

/** Somebody who has just given their password. */
export interface ConfirmedPerson extends Person {
  /** The hash that the password matched: what changes the account must still find it there. */
  readonly passwordHash: string;
}

@Injectable()
export class PasswordCheck {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly limits: SignInLimits,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws `invalid_credentials` or `rate_limited`. */
  async confirm(email: string, password: string, origin: RequestOrigin): Promise<ConfirmedPerson> {
    const attempt = await this.limits.count(email, origin.ip);
    return this.passwords.inTurn(async (matches) => {
      const wholeAttempt = await this.limits.countAnywhere(attempt);
      const user = await this.users.findByEmail(email);
      const isRight = await matches(password, user?.passwordHash ?? null);
      if (!user || !isRight || user.disabledAt !== null) {
        await this.recordFailure(user, origin);
        throw new AppError('invalid_credentials', { detail: 'The email address or password is wrong.' });
      }
      await this.limits.giveBack(wholeAttempt);
      return { id: user.id, email: user.email, name: user.name, passwordHash: user.passwordHash };
    });
  }

  /** The address that was tried is not kept: people type passwords into that field, too. */
  private async recordFailure(user: Person | null, origin: RequestOrigin): Promise<void> {
    await this.transactions.run((tx) =>
      this.audit.record(tx, {
        action: 'session.sign_in_failed',
        origin,
        actor: ANONYMOUS,
        userId: user?.id ?? null,
        target: { kind: 'user', id: user?.id ?? null, name: user?.name ?? null },
      }),
    );
  }
}
