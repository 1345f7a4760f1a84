/**
 * `?wait=30`: holds a request for an account that is not ready, before its handler runs. When the account is ready or time
 * is up, the request passes the guards again and is then answered as if it had come just now.
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { of, type Observable } from 'rxjs';
import { isId } from '../database/ids.js';
import { readerFrom } from './current-reader.decorator.js';
import { LONGEST_WAIT_SECONDS } from './dto/get-ledger-account.query.js';
import { HeldUntilReady } from './held-until-ready.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';

@Injectable()
export class WaitUntilReady implements NestInterceptor {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly held: HeldUntilReady,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const seconds = secondsIn(request.query as { wait?: unknown });
    const { accountId = '' } = request.params as { accountId?: string };
    if (seconds === 0 || !isId(accountId) || !(await this.isPending(request, accountId))) return next.handle();
    // An observable without a value would be an error, and be logged as one.
    return (await this.held.hold(context, accountId, seconds * 1_000)) ? next.handle() : of(undefined);
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
