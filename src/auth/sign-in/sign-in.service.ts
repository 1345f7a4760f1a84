import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../access-control/principal.js';
import { Transactions } from '../../platform/database/transactions.service.js';
import { AppError } from '../../platform/errors/app-error.js';
import { UsersService } from '../../users/users.service.js';
import { hashingOriginOf } from '../passwords/hashing-queue.js';
import { PasswordHashing } from '../passwords/password-hashing.service.js';
import { SessionsService, type OpenedSession } from '../sessions/sessions.service.js';
import type { SignInRequest } from './dto/sign-in.requests.js';
import { PasswordCheck, type ConfirmedPerson } from './password-check.service.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly check: PasswordCheck,
    private readonly users: UsersService,
    private readonly passwords: PasswordHashing,
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
  ) {}

  /** Opens a session. `presented` is the request's refresh cookie, if any. */
  async signIn(
    { email, password }: SignInRequest,
    presented: string | undefined,
    origin: RequestOrigin,
  ): Promise<OpenedSession> {
    const person = await this.check.confirm(email, password, { origin, refreshToken: presented });
    const passwordHash = await this.upToDate(person, password, origin);
    const opened = await this.open({ ...person, passwordHash }, presented, origin);
    return opened ?? this.openAfterChange(person, password, presented, origin);
  }

  /** Returns `null` when the checked hash is no longer the account's. */
  private async open(
    person: ConfirmedPerson,
    presented: string | undefined,
    origin: RequestOrigin,
  ): Promise<OpenedSession | null> {
    return this.transactions.run(async (tx) =>
      (await this.users.keepsPassword(tx, person)) ? this.sessions.open(tx, person, presented, origin) : null,
    );
  }

  /**
   * The hash has changed meanwhile: with the password, or only its cost, by a parallel sign-in with the same password.
   */
  private async openAfterChange(
    person: ConfirmedPerson,
    password: string,
    presented: string | undefined,
    origin: RequestOrigin,
  ): Promise<OpenedSession> {
    const passwordHash = (await this.users.findByEmail(person.email))?.passwordHash ?? null;
    const isRight = await this.passwords.matches(password, passwordHash, hashingOriginOf(origin.ip, true));
    const opened = isRight && (await this.open({ ...person, passwordHash: passwordHash ?? '' }, presented, origin));
    if (!opened) throw new AppError('invalid_credentials', { detail: 'The password has just been changed.' });
    return opened;
  }

  /** Returns the hash after a change of cost, made now because only now the password is available. */
  private async upToDate(
    { id, passwordHash }: ConfirmedPerson,
    password: string,
    { ip }: RequestOrigin,
  ): Promise<string> {
    if (!this.passwords.isOutdated(passwordHash)) return passwordHash;
    const to = await this.passwords.hash(password, hashingOriginOf(ip, true));
    const isReplaced = await this.transactions.run((tx) =>
      this.users.replacePassword(tx, id, { from: passwordHash, to }),
    );
    return isReplaced ? to : passwordHash;
  }
}
