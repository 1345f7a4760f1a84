/**
 * The first verification of an address. Anyone can register any address and sign in before it is verified. The person
 * who follows the mailed link need not be the one who registered (pre-hijacking; tested by
 * test/api/auth/first-proof.spec.ts, reasons in docs/decisions/0019-first-proof-and-passwords.md).
 */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { RevocationService } from '../access-tokens/revocation.service.js';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { UsersService } from '../users/users.service.js';
import type { CarriedSessions } from './request-sessions.pipe.js';

const REASON = 'address proven';

@Injectable()
export class FirstVerificationService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly tokens: RevocationService,
  ) {}

  /**
   * Marks the user's mailbox as verified by a link. Without a session of the account, that ends every earlier session
   * and personal token. The password stays, for an honest new user who opens the link on another device; the next reset
   * therefore counts as a first verification again.
   */
  async byLink(tx: Tx, userId: string, carried: CarriedSessions, origin: RequestOrigin): Promise<void> {
    const isOwner = carried.has(userId);
    const { isMailboxVerified } = await this.users.lockEmailVerification(tx, userId);
    const details = isMailboxVerified || isOwner ? {} : await this.endAll(tx, userId);
    await this.users.verifyEmail(tx, await this.users.getUser(userId, tx), origin, { isOwner, details });
  }

  private async endAll(tx: Tx, userId: string): Promise<object> {
    const endedSessions = await this.sessions.endAll(tx, userId, null, REASON);
    const revokedTokens = await this.tokens.revokeAllOfUser(tx, userId, REASON);
    return { endedSessions, revokedTokens };
  }
}
