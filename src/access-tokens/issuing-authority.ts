/**
 * Every act that leaves a new live token behind runs here: as an authorized transaction, under the owner's lock, which quotas
 * and bulk revocations take too. Without that, a token issued while its issuer is demoted, or while all tokens are revoked,
 * could outlive both (held by test/guarantees/issuing-races.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { RefusalsService } from '../audit/refusals.service.js';
import type { Caller } from '../auth/principal.js';
import type { Tx } from '../database/transactions.js';
import { AuthorizedTransaction } from '../policy/authorized-transaction.js';
import type { Permission } from '../policy/permissions.js';
import { grantableBy, ScopeNotGrantable } from './issuing-rules.js';
import { needOf, type TokenOwner } from './token-owner.js';

export interface Grant {
  readonly owner: TokenOwner;
  /** With the principal as it is under the lock. */
  readonly caller: Caller;
  readonly grantable: ReadonlySet<Permission>;
}

@Injectable()
export class IssuingAuthority {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly refusals: RefusalsService,
  ) {}

  /**
   * Runs the work if the caller may issue tokens of this owner now. Scopes out of reach are recorded as refused. `lock` takes
   * the locks on what the act changes, before the caller is verified.
   */
  async act<T>(
    owner: TokenOwner,
    caller: Caller,
    work: (tx: Tx, grant: Grant) => Promise<T>,
    lock?: (tx: Tx) => Promise<unknown>,
  ): Promise<T> {
    try {
      const need = { ...needOf(owner), restsOnAllRoles: true, ...(lock && { lock }) };
      return await this.authorized.run(need, caller, ({ tx, caller: present }) =>
        work(tx, { owner, caller: present, grantable: grantableBy(present.principal, owner) }),
      );
    } catch (error) {
      if (error instanceof ScopeNotGrantable) {
        const organizationId = owner.kind === 'organization' ? owner.organizationId : null;
        await this.refusals.record({ permission: error.scope, caller, organizationId });
      }
      throw error;
    }
  }
}
