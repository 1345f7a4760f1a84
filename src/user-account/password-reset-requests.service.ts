import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { withMinimumDuration } from '../platform/concurrency/minimum-duration.js';
import { Transactions } from '../platform/database/transactions.service.js';
import { ACCEPTED, type AcceptedResponse } from '../platform/http/action.responses.js';
import { AccountLimits } from './account-limits.service.js';
import { AccountMailRequests } from './account-mail-requests.service.js';

/** Longer than the one statement takes, so that its own time is hidden. */
const MIN_DURATION_MS = 80;

@Injectable()
export class PasswordResetRequests {
  constructor(
    private readonly requests: AccountMailRequests,
    private readonly limits: AccountLimits,
    private readonly transactions: Transactions,
  ) {}

  /** Requests a reset. The response is the same, after the same work, whether or not the address has an account. */
  async request(email: string, origin: RequestOrigin): Promise<AcceptedResponse> {
    await this.limits.countRecovery(origin);
    const kind = (await this.limits.allowsMail(email)) ? 'reset' : 'nothing';
    await withMinimumDuration(MIN_DURATION_MS, () =>
      this.transactions.run((tx) => this.requests.add(tx, { kind, email, origin })),
    );
    return ACCEPTED;
  }
}
