/**
 * Holds a request until its account is ready, and judges its caller again: an answer that leaves later than its request came
 * must be one that a request of that moment would get.
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HeldRequests } from '../http/held-requests.js';
import { Readmission } from '../policy/readmission.js';
import { PendingWatch } from './pending-watch.js';

@Injectable()
export class HeldUntilReady {
  constructor(
    private readonly watch: PendingWatch,
    private readonly heldRequests: HeldRequests,
    private readonly readmission: Readmission,
  ) {}

  /**
   * Resolves when the account is ready or time is up. Answers `false` when the client has gone away: nobody is there to be
   * shown anything, and nothing is to be recorded as shown. Throws what the guards throw.
   */
  async hold(context: ExecutionContext, accountId: string, ms: number): Promise<boolean> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    await this.heldRequests.hold(reply, ms, (given) => this.watch.untilReady(accountId, given));
    if (reply.raw.destroyed) return false;
    await this.readmission.readmit(context);
    return true;
  }
}
