/**
 * Response to a creation: the account, with its number if the network is quick. The commit is done when the request is
 * held, so the request passes the guards again before a private key is shown. A caller revoked meanwhile gets 401, and
 * the account stays (tested by test/api/ledger-accounts/wait.spec.ts).
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { readerFrom } from '../current-reader.decorator.js';
import { LedgerAccountDetailsResponse } from '../dto/ledger-accounts.responses.js';
import { LedgerAccountsService } from '../ledger-accounts.service.js';
import { AccountLongPoll } from './long-poll.service.js';

/** Wait for the number, no longer than other requests take. Clients that need the number use `?wait`. */
const MAX_WAIT_MS = 1_000;

@Injectable()
export class ShowOpened implements NestInterceptor<string> {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly longPoll: AccountLongPoll,
  ) {}

  /** The handler returns the new account's id. */
  intercept(
    context: ExecutionContext,
    next: CallHandler<string>,
  ): Observable<LedgerAccountDetailsResponse | undefined> {
    return next.handle().pipe(mergeMap((accountId) => this.show(context, accountId)));
  }

  private async show(context: ExecutionContext, accountId: string): Promise<LedgerAccountDetailsResponse | undefined> {
    if (!(await this.longPoll.hold(context, accountId, MAX_WAIT_MS))) return undefined;
    const reader = readerFrom(context.switchToHttp().getRequest<FastifyRequest>());
    return LedgerAccountDetailsResponse.of(await this.accounts.get(reader, accountId));
  }
}
