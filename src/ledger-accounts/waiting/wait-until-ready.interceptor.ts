/**
 * Long poll `?wait=30`: holds a request for a pending account before its handler runs. When the account is ready or
 * time is up, the request passes the guards again and runs like a new one.
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { of, type Observable } from 'rxjs';
import { isId } from '../../platform/database/ids.js';
import { RequestValidationPipe } from '../../platform/validation/validation.js';
import { readerFrom } from '../current-reader.decorator.js';
import { GetLedgerAccountQuery } from '../dto/ledger-accounts.requests.js';
import { LedgerAccountsService } from '../ledger-accounts.service.js';
import { AccountLongPoll } from './long-poll.service.js';

const VALIDATION = new RequestValidationPipe();
const QUERY = { type: 'query', metatype: GetLedgerAccountQuery } as const;

@Injectable()
export class WaitUntilReady implements NestInterceptor {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly longPoll: AccountLongPoll,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { accountId = '' } = request.params as { accountId?: string };
    if (!isId(accountId)) return next.handle();
    // Invalid queries are refused before the wait; pipes run later than interceptors.
    const { wait } = (await VALIDATION.transform(request.query, QUERY)) as GetLedgerAccountQuery;
    if (wait === 0 || !(await this.isPending(request, accountId))) return next.handle();
    // An observable without a value would be logged as an error.
    return (await this.longPoll.hold(context, accountId, wait * 1_000)) ? next.handle() : of(undefined);
  }

  private async isPending(request: FastifyRequest, accountId: string): Promise<boolean> {
    const status = await this.accounts.findStatus(readerFrom(request).owner, accountId);
    return status === 'creating' || status === 'recreating';
  }
}
