/**
 * Long poll for one account: holds a request until the account is ready, then checks the caller again. A delayed
 * response must equal the response to a request made at that moment.
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../access-control/principal.js';
import { GuardRecheckService } from '../../auth/guards/guard-recheck.service.js';
import { LongPolls } from '../../platform/http/long-polls.service.js';
import { readerFrom } from '../current-reader.decorator.js';
import { PendingAccounts } from './pending-accounts.service.js';

@Injectable()
export class AccountLongPoll {
  constructor(
    private readonly pending: PendingAccounts,
    private readonly longPolls: LongPolls,
    private readonly recheck: GuardRecheckService,
  ) {}

  /**
   * Resolves when the account is ready or time is up. Returns `false` when the client has disconnected: then nothing
   * may be recorded as shown. Throws the guards' errors.
   */
  async hold(context: ExecutionContext, accountId: string, ms: number): Promise<boolean> {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const holder = holderOf(readerFrom(http.getRequest<FastifyRequest>()).caller.principal);
    await this.longPolls.hold({ reply, holder, ms }, (given) => this.pending.untilReady(accountId, given));
    if (reply.raw.destroyed) return false;
    await this.recheck.recheck(context);
    return true;
  }
}

/** Key by which long polls are limited: all sessions and personal tokens of a person share one. */
function holderOf(principal: Principal): string {
  return principal.kind === 'organization-token' ? principal.token.id : principal.user.id;
}
