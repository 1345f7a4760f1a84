/**
 * Mails that a stranger asks for by naming an address. The request puts one sealed job into the queue, the same for every
 * address; whether there is an account is looked up by the job, when the answer has left (enumeration; held by
 * test/api/auth/account-mail-requests.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { JobQueue } from '../platform/queue/job-queue.service.js';
import { open, seal, type Sealed } from '../platform/crypto/sealed-json.js';
import type { RequestOrigin } from '../access-control/principal.js';

export const ACCOUNT_MAIL_TASK = 'account-mail';
const PURPOSE = 'latchkey/account-mail';

export interface AccountMailRequest {
  /** `nothing` is a job like the others: that an answer came sooner would tell as much as what is in the mail. */
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
