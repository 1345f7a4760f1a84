/**
 * The only check of passwords, at sign-in and wherever a password is asked for again. It is limited and audited. An
 * unknown address, a wrong password and a disabled user get the same response after the same work.
 */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../access-control/principal.js';
import { ANONYMOUS } from '../../audit/actor.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { Transactions } from '../../platform/database/transactions.service.js';
import { AppError } from '../../platform/errors/app-error.js';
import { UsersService, type Person } from '../../users/users.service.js';
import type { HashingOrigin } from '../passwords/hashing-queue.js';
import { PasswordHashing } from '../passwords/password-hashing.service.js';
import { SignInLimits, type AttemptOrigin } from './sign-in-limits.service.js';

/** A user who has just given their password. */
export interface ConfirmedPerson extends Person {
  /** The hash that the password matched: a following change must still find it in the row. */
  readonly passwordHash: string;
}

interface Comparison {
  readonly user: Awaited<ReturnType<UsersService['findByEmail']>>;
  readonly isRight: boolean;
}

@Injectable()
export class PasswordCheck {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHashing,
    private readonly limits: SignInLimits,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Checks the password. Throws `invalid_credentials`, `rate_limited` or, when it was not compared, `unavailable`. */
  async confirm(email: string, password: string, from: AttemptOrigin): Promise<ConfirmedPerson> {
    const attempt = await this.limits.recognize(email, from);
    this.passwords.assertCapacity(attempt.hashingOrigin);
    const counted = await this.limits.count(attempt);
    const { user, isRight } = await this.compare(email, password, attempt.hashingOrigin).catch(
      async (error: unknown) => {
        await this.limits.refund(counted);
        throw error;
      },
    );
    if (!user || !isRight || user.disabledAt !== null) {
      await this.recordFailure(user, from.origin);
      throw (
        counted.refusal ?? new AppError('invalid_credentials', { detail: 'The email address or password is wrong.' })
      );
    }
    await this.limits.succeed(attempt, counted);
    return { id: user.id, email: user.email, name: user.name, passwordHash: user.passwordHash };
  }

  private async compare(email: string, password: string, hashingOrigin: HashingOrigin): Promise<Comparison> {
    return this.passwords.runQueued(async (matches) => {
      const user = await this.users.findByEmail(email);
      return { user, isRight: await matches(password, user?.passwordHash ?? null) };
    }, hashingOrigin);
  }

  /** The attempted address is not recorded: people type passwords into that field, too. */
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
