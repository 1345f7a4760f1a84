/** Limit on the live tokens of one owner. */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { Owner } from '../access-control/owner.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError } from '../platform/errors/app-error.js';
import { IssuingRepository } from './issuing.repository.js';

@Injectable()
export class TokenQuota {
  constructor(
    private readonly issuing: IssuingRepository,
    private readonly config: AppConfig,
  ) {}

  /**
   * Throws `quota_reached`. The result stays true until the transaction ends, because the caller holds the owner's
   * lock.
   */
  async ensureBelowQuota(tx: Tx, owner: Owner): Promise<void> {
    const { quota } = this.config.tokens;
    if ((await this.issuing.countLive(tx, owner)) < quota) return;
    throw new AppError('quota_reached', { detail: `There are ${quota} live tokens already; revoke one first.` });
  }
}
