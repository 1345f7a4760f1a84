import { Injectable } from '@nestjs/common';
import type { Caller, RequestOrigin, SessionPrincipal } from '../access-control/principal.js';
import { userOf } from '../access-control/principal.js';
import { AuthorizedTransaction, type AuthorizedWrite } from '../auth/authorization/authorized-transaction.service.js';
import { PasswordCheck } from '../auth/sign-in/password-check.service.js';
import { MemberRemovalService } from '../memberships/member-removal.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError, notFound } from '../platform/errors/app-error.js';
import { AccountNotices } from '../users/account-notices.service.js';
import { UsersService, type Profile } from '../users/users.service.js';
import { ProfileResponse } from './dto/profile.responses.js';

@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly check: PasswordCheck,
    private readonly removals: MemberRemovalService,
    private readonly notices: AccountNotices,
    private readonly authorized: AuthorizedTransaction,
  ) {}

  async get({ principal }: Caller): Promise<ProfileResponse> {
    const user = userOf(principal);
    if (!user) throw notFound();
    return ProfileResponse.of(await this.users.getUser(user.id));
  }

  async rename(caller: Caller, { user }: SessionPrincipal, name: string): Promise<ProfileResponse> {
    const need = { owner: { kind: 'user', userId: user.id }, permission: 'user:manage' } as const;
    const rename = ({ tx }: AuthorizedWrite): Promise<Profile> => this.users.rename(tx, caller, user.id, name);
    return ProfileResponse.of(await this.authorized.run(need, caller, rename));
  }

  /**
   * Deletes the user permanently. Throws `invalid_credentials`, and `last_owner` while an organization has no other
   * owner. That check comes first in the transaction and keeps its locks (tested by
   * test/guarantees/revocation/delete-account.spec.ts).
   */
  async delete(principal: SessionPrincipal, password: string, origin: RequestOrigin): Promise<void> {
    const { user, sessionId } = principal;
    const person = await this.check.confirm(user.email, password, { origin, sessionId });
    const lock = (tx: Tx): Promise<void> => this.removals.lockEverywhere(tx, user.id);
    const need = { owner: { kind: 'user', userId: user.id }, permission: 'user:manage', lock } as const;
    await this.authorized.run(need, { ...origin, principal }, async ({ tx, caller }) => {
      await this.removals.leaveEverywhere(tx, caller, person.id);
      if (!(await this.users.keepsPassword(tx, person))) {
        throw new AppError('invalid_credentials', { detail: 'The password has just been changed.' });
      }
      await this.notices.sendAccountDeleted(tx, person);
      await this.users.delete(tx, person, origin);
    });
  }
}
