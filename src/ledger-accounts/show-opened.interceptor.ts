/**
 * Answers an opening with the account, and with its number if the network is quick. The commit is behind the request when
 * it is held for that moment, so it passes the guards once more before a private key is shown: whoever was revoked
 * meanwhile gets 401, and the account stays opened (held by test/api/ledger-accounts/wait.spec.ts).
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { HeldRequests } from '../http/held-requests.js';
import { Readmission } from '../policy/readmission.js';
import { readerFrom } from './current-reader.decorator.js';
import { LedgerAccountDetailsResponse } from './dto/ledger-account.response.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';
import { PendingWatch } from './pending-watch.js';

/** No longer than any other request may take; whoever needs the number waits with `?wait`. */
const QUICK_MS = 1_000;

@Injectable()
export class ShowOpened implements NestInterceptor<string> {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly watch: PendingWatch,
    private readonly heldRequests: HeldRequests,
    private readonly readmission: Readmission,
  ) {}

  /** The handler answers the new account's id. */
  intercept(context: ExecutionContext, next: CallHandler<string>): Observable<LedgerAccountDetailsResponse> {
    return next.handle().pipe(mergeMap((accountId) => this.show(context, accountId)));
  }

  private async show(context: ExecutionContext, accountId: string): Promise<LedgerAccountDetailsResponse> {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    await this.heldRequests.hold(reply, QUICK_MS, (given) => this.watch.untilReady(accountId, given));
    await this.readmission.readmit(context);
    const reader = readerFrom(http.getRequest<FastifyRequest>());
    return LedgerAccountDetailsResponse.of(await this.accounts.get(reader, accountId));
  }
}
