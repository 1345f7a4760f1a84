/**
 * Holds a request until its account is ready, and judges its caller again: an answer that leaves later than its request came
 * must be one that a request of that moment would get.
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../access-control/principal.js';
import { LongPolls } from '../../platform/http/long-polls.service.js';
import { RecheckService } from '../../auth/guards/recheck.service.js';
import { readerFrom } from '../current-reader.decorator.js';
import { PendingAccounts } from './pending-accounts.service.js';

@Injectable()
export class AccountLongPoll {
  constructor(
    private readonly watch: PendingAccounts,
    private readonly heldRequests: LongPolls,
    private readonly readmission: RecheckService,
  ) {}

  /**
   * Resolves when the account is ready or time is up. Answers `false` when the client has gone away: nobody is there to be
   * shown anything, and nothing is to be recorded as shown. Throws what the guards throw.
   */
  async hold(context: ExecutionContext, accountId: string, ms: number): Promise<boolean> {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const holder = holderOf(readerFrom(http.getRequest<FastifyRequest>()).caller.principal);
    await this.heldRequests.hold({ reply, holder, ms }, (given) => this.watch.untilReady(accountId, given));
    if (reply.raw.destroyed) return false;
    await this.readmission.recheck(context);
    return true;
  }
}

/** All sessions and personal tokens of a person are one holder. */
function holderOf(principal: Principal): string {
  return principal.kind === 'organization-token' ? principal.token.id : principal.user.id;
}
