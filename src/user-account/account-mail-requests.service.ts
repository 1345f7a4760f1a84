/**
 * Requests for mails, made by a stranger who names an address. A request adds one sealed job to the queue, the same for
 * every address. The job looks the account up after the response was sent (enumeration; tested by
 * test/api/auth/account-mail-requests.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { RequestOrigin } from '../access-control/principal.js';
import { open, seal, type Sealed } from '../platform/crypto/sealed-json.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { JobQueue } from '../platform/queue/job-queue.service.js';

export const ACCOUNT_MAIL_TASK = 'account-mail';
const PURPOSE = 'latchkey/account-mail';

export interface AccountMailRequest {
  /** `nothing` is a job like the others: a faster response would reveal as much as the mail. */
  readonly kind: 'welcome' | 'address-taken' | 'reset' | 'nothing';
  readonly email: string;
  readonly origin: RequestOrigin;
}

@Injectable()
export class AccountMailRequests {
  constructor(
    private readonly queue: JobQueue,
    private readonly config: AppConfig,
  ) {}

  async add(tx: Tx, request: AccountMailRequest): Promise<void> {
    const payload = seal(PURPOSE, request, this.config.tokens.hashKeys[0]);
    await this.queue.add(tx, { task: ACCOUNT_MAIL_TASK, payload });
  }

  /** Throws when its key is not configured any more. */
  read(payload: unknown): AccountMailRequest {
    return open(PURPOSE, payload as Sealed, this.config.tokens.hashKeys) as AccountMailRequest;
  }
}
