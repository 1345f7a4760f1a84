/**
 * Answers an opening with the account, and with its number if the network is quick. The commit is behind the request when
 * it is held for that moment, so it passes the guards once more before a private key is shown: whoever was revoked
 * meanwhile gets 401, and the account stays opened (held by test/api/ledger-accounts/wait.spec.ts).
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { readerFrom } from '../current-reader.decorator.js';
import { LedgerAccountDetailsResponse } from '../dto/ledger-accounts.responses.js';
import { AccountLongPoll } from './long-poll.service.js';
import { LedgerAccountsService } from '../ledger-accounts.service.js';

/** No longer than any other request may take; whoever needs the number waits with `?wait`. */
const QUICK_MS = 1_000;

@Injectable()
export class ShowOpened implements NestInterceptor<string> {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly held: AccountLongPoll,
  ) {}

  /** The handler answers the new account's id. */
  intercept(
    context: ExecutionContext,
    next: CallHandler<string>,
  ): Observable<LedgerAccountDetailsResponse | undefined> {
    return next.handle().pipe(mergeMap((accountId) => this.show(context, accountId)));
  }

  private async show(context: ExecutionContext, accountId: string): Promise<LedgerAccountDetailsResponse | undefined> {
    if (!(await this.held.hold(context, accountId, QUICK_MS))) return undefined;
    const reader = readerFrom(context.switchToHttp().getRequest<FastifyRequest>());
    return LedgerAccountDetailsResponse.of(await this.accounts.get(reader, accountId));
  }
}
