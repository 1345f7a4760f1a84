/**
 * Every act that leaves a new live token behind runs here: under the owner's lock, which quotas and bulk revocations take
 * too, and with the caller verified once more under it. Without that, a token issued while its issuer is demoted, or
 * while all tokens are revoked, could outlive both (held by test/guarantees/issuing-races.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { RefusalsService } from '../audit/refusals.service.js';
import type { Caller } from '../auth/principal.js';
import { Transactions, type Tx } from '../database/transactions.js';
import type { Permission } from '../policy/permissions.js';
import { isRefusal } from '../policy/policy.guard.js';
import { Reverification } from '../verification/reverification.js';
import { grantableBy, ScopeNotGrantable } from './issuing-rules.js';
import { OwnerLock } from './owner-lock.js';
import type { TokenOwner } from './token-owner.js';

export interface Grant {
  readonly owner: TokenOwner;
  /** With the principal as it is under the lock. */
  readonly caller: Caller;
  readonly grantable: ReadonlySet<Permission>;
}

@Injectable()
export class IssuingAuthority {
  constructor(
    private readonly transactions: Transactions,
    private readonly reverification: Reverification,
    private readonly ownerLock: OwnerLock,
    private readonly refusals: RefusalsService,
  ) {}

  /** Runs the work if the caller may issue tokens of this owner now. What they lack, a scope included, is recorded. */
  async act<T>(owner: TokenOwner, caller: Caller, work: (tx: Tx, grant: Grant) => Promise<T>): Promise<T> {
    try {
      return await this.transactions.run(async (tx) => work(tx, await this.hold(tx, owner, caller)));
    } catch (error) {
      const organizationId = owner.kind === 'organization' ? owner.organizationId : null;
      const permission = lackedAccordingTo(error, owner);
      if (permission !== null) await this.refusals.record({ permission, caller, organizationId });
      throw error;
    }
  }

  private async hold(tx: Tx, owner: TokenOwner, caller: Caller): Promise<Grant> {
    await this.ownerLock.hold(tx, owner, caller);
    const principal = await this.reverification.hold(tx, caller.principal);
    return { owner, caller: { ...caller, principal }, grantable: grantableBy(principal, owner) };
  }
}

function lackedAccordingTo(error: unknown, { kind }: TokenOwner): Permission | null {
  if (error instanceof ScopeNotGrantable) return error.scope;
  if (!isRefusal(error)) return null;
  return kind === 'organization' ? 'tokens:manage' : 'user:manage';
}
