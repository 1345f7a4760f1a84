import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { hashingOriginOf } from '../auth/passwords/hashing-queue.js';
import { PasswordHashing } from '../auth/passwords/password-hashing.service.js';
import { withMinimumDuration } from '../platform/concurrency/minimum-duration.js';
import { Transactions } from '../platform/database/transactions.service.js';
import { ACCEPTED, type AcceptedResponse } from '../platform/http/action.responses.js';
import { UsersService } from '../users/users.service.js';
import { AccountLimits } from './account-limits.service.js';
import { AccountMailRequests } from './account-mail-requests.service.js';
import type { RegisterRequest } from './dto/user-account.requests.js';

/** Longer than the writes take, so that their number is hidden. */
const MIN_DURATION_MS = 60;

@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHashing,
    private readonly requests: AccountMailRequests,
    private readonly limits: AccountLimits,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Registers an account. The response is the same, after as many statements, whether or not the address is taken
   * (enumeration; tested by test/api/auth/account-mail-requests.spec.ts). A mail tells the owner of the mailbox the
   * result.
   */
  async register({ email, password, name }: RegisterRequest, origin: RequestOrigin): Promise<AcceptedResponse> {
    const hashingOrigin = hashingOriginOf(origin.ip, false);
    this.passwords.assertCapacity(hashingOrigin);
    await this.limits.countRegistration(origin);
    const passwordHash = await this.passwords.choose('password', password, { email, name }, hashingOrigin);
    const maySend = await this.limits.allowsMail(email);
    await withMinimumDuration(MIN_DURATION_MS, () =>
      this.transactions.run(async (tx) => {
        const isNew = await this.users.register(tx, { email, name, passwordHash }, origin);
        const kind = isNew ? 'welcome' : maySend ? 'address-taken' : 'nothing';
        await this.requests.add(tx, { kind, email, origin });
      }),
    );
    return ACCEPTED;
  }
}
