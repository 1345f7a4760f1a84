/**
 * `?wait=30`: holds a request for an account that is not ready, before its handler runs. When the account is ready or time
 * is up, the request passes the guards again and is then answered as if it had come just now.
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EMPTY, type Observable } from 'rxjs';
import { isId } from '../database/ids.js';
import { HeldRequests } from '../http/held-requests.js';
import { Readmission } from '../policy/readmission.js';
import { readerFrom } from './current-reader.decorator.js';
import { LONGEST_WAIT_SECONDS } from './dto/get-ledger-account.query.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';
import { PendingWatch } from './pending-watch.js';

@Injectable()
export class WaitUntilReady implements NestInterceptor {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly watch: PendingWatch,
    private readonly heldRequests: HeldRequests,
    private readonly readmission: Readmission,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const seconds = secondsIn(request.query as { wait?: unknown });
    const { accountId = '' } = request.params as { accountId?: string };
    if (seconds === 0 || !isId(accountId) || !(await this.isPending(request, accountId))) return next.handle();
    await this.heldRequests.hold(reply, seconds * 1_000, (given) => this.watch.untilReady(accountId, given));
    // Nobody is there to be shown anything, and nothing is to be recorded as shown.
    if (reply.raw.destroyed) return EMPTY;
    await this.readmission.readmit(context);
    return next.handle();
  }

  private async isPending(request: FastifyRequest, accountId: string): Promise<boolean> {
    const status = await this.accounts.statusOf(readerFrom(request).owner, accountId);
    return status === 'creating' || status === 'recreating';
  }
}

/** 0 for what the validation, which comes after, will refuse. */
function secondsIn({ wait }: { wait?: unknown }): number {
  const seconds = typeof wait === 'string' ? Number(wait) : 0;
  return Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST_WAIT_SECONDS ? seconds : 0;
}
