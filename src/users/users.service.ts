import { Injectable } from '@nestjs/common';
import type { Caller, RequestOrigin, UserFacts } from '../access-control/principal.js';
import { actorOf, ANONYMOUS } from '../audit/actor.js';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { newId } from '../platform/database/ids.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { notFound } from '../platform/errors/app-error.js';
import { emailKey, foldedEmail } from './email-key.js';
import type { User } from './user.entity.js';
import { UsersRepository, type EmailVerificationRow, type PasswordRow } from './users.repository.js';

/** A user, as shown in their own profile. */
export type Profile = Pick<User, 'id' | 'email' | 'name' | 'username' | 'emailVerifiedAt' | 'createdAt'>;

/** The facts of a user for mails and for the audit trail. */
export type Person = Pick<UserFacts, 'id' | 'email' | 'name'>;

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Creates the account. Returns false, after as many statements, when the address is taken, in any spelling. */
  async register(
    tx: Tx,
    { email, name, passwordHash }: { email: string; name: string; passwordHash: string },
    origin: RequestOrigin,
  ): Promise<boolean> {
    const id = newId();
    const isNew = await this.users.insertUnlessTaken(tx, { id, email, emailKey: emailKey(email), name, passwordHash });
    if (isNew) await this.record(tx, 'user.registered', { id, email, name }, origin);
    else await this.audit.record(tx, { action: 'user.registration_refused', origin, actor: ANONYMOUS });
    return isNew;
  }

  async findByEmail(email: string, tx?: Tx): Promise<PasswordRow | null> {
    return this.users.findByEmailKeys(emailKey(email), foldedEmail(email), tx);
  }

  /** Whether an account has verified this email address. */
  async isVerifiedAddress(email: string): Promise<boolean> {
    return this.users.hasVerifiedEmailKey(emailKey(email));
  }

  /** Throws `not_found`. */
  async getUser(id: string, tx?: Tx): Promise<User> {
    const user = await this.users.findUser(id, tx);
    if (!user) throw notFound();
    return user;
  }

  /** Renames the user. The present name is no change, and leaves no event. */
  async rename(tx: Tx, caller: Caller, id: string, name: string): Promise<Profile> {
    if (await this.users.updateName(tx, id, name)) {
      await this.audit.record(tx, {
        action: 'user.updated',
        origin: caller,
        actor: actorOf(caller.principal),
        userId: id,
        target: { kind: 'user', id, name },
        details: { name },
      });
    }
    return this.getUser(id, tx);
  }

  /**
   * Whether the account still has the password that was just checked; if so, it keeps it until `tx` ends. Otherwise a
   * sign-in that began before a password change could open a session after it.
   */
  async keepsPassword(tx: Tx, { id, passwordHash }: Pick<PasswordRow, 'id' | 'passwordHash'>): Promise<boolean> {
    return this.users.lockWithPassword(tx, id, passwordHash);
  }

  /** Stores another hash; false when the hash was no longer `from`. */
  async replacePassword(tx: Tx, id: string, change: { from: string; to: string }): Promise<boolean> {
    return this.users.updatePasswordHash(tx, id, change);
  }

  async setPassword(tx: Tx, id: string, passwordHash: string): Promise<void> {
    await this.users.setPasswordHash(tx, id, passwordHash);
  }

  /**
   * Returns how far the address is verified, fixed until `tx` ends; opening sessions and issuing tokens wait as well.
   */
  async lockEmailVerification(tx: Tx, id: string): Promise<EmailVerificationRow> {
    const proof = await this.users.lockEmailVerification(tx, id);
    if (!proof) throw notFound();
    return proof;
  }

  /**
   * Marks the mailbox as this user's, and whether the holder of the password verified it. The mark is never removed;
   * each of the two steps leaves its event.
   */
  async verifyEmail(
    tx: Tx,
    person: Person,
    origin: RequestOrigin,
    { isOwner, details = {} }: { isOwner: boolean; details?: object },
  ): Promise<void> {
    const before = await this.lockEmailVerification(tx, person.id);
    if (before.isOwnerVerified || (before.isMailboxVerified && !isOwner)) return;
    await this.users.markEmailVerified(tx, person.id, isOwner);
    const again = before.isMailboxVerified ? { byOwner: true } : {};
    await this.record(tx, 'user.email_verified', person, origin, { ...details, ...again });
  }

  /** Returns the highest cost of the stored password hashes; 0 without any. */
  async highestPasswordCost(): Promise<number> {
    return this.users.findHighestPasswordCost();
  }

  /** Returns the names and slugs of the user's organizations. */
  async organizationWords(id: string): Promise<string[]> {
    return this.users.listOrganizationWords(id);
  }

  /** Deletes the user with everything that is theirs. Their events stay in the audit trail. */
  async delete(tx: Tx, person: Person, origin: RequestOrigin): Promise<void> {
    await this.users.deleteUser(tx, person.id);
    await this.record(tx, 'user.deleted', person, origin);
  }

  private async record(
    tx: Tx,
    action: AuditAction,
    { id, name }: Person,
    origin: RequestOrigin,
    details: object = {},
  ): Promise<void> {
    await this.audit.record(tx, {
      action,
      origin,
      actor: { kind: 'user', id, name },
      userId: id,
      target: { kind: 'user', id, name },
      details: { ...details },
    });
  }
}
