/**
 * Every change of who may do what in an organization runs here: as an authorized transaction, with the caller's role as it is
 * under the organization's lock. In the moment since the guards the caller may have been demoted.
 */
import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/principal.js';
import type { Tx } from '../database/transactions.js';
import type { LockedOrganization } from '../organizations/lock-organization.js';
import { AuthorizedTransaction } from '../policy/authorized-transaction.js';
import type { Permission } from '../policy/permissions.js';
import { Standing } from './standing.js';

/** One act in a locked organization. */
export interface Act {
  readonly tx: Tx;
  /** With the principal as it is under the lock. */
  readonly caller: Caller;
  readonly organization: LockedOrganization;
  readonly standing: Standing;
}

@Injectable()
export class Governance {
  constructor(private readonly authorized: AuthorizedTransaction) {}

  /**
   * Runs the work if the caller holds the permission now. A refusal undoes the work and is recorded on its own. `lock` takes
   * the locks on what the act changes, before the caller is verified.
   */
  async act<T>(
    caller: Caller,
    {
      organizationId,
      ...need
    }: { organizationId: string; permission: Permission; lock?: (tx: Tx) => Promise<unknown> },
    work: (act: Act) => Promise<T>,
  ): Promise<T> {
    return this.authorized.runIn(organizationId, need, caller, ({ access, ...write }) =>
      work({ ...write, standing: new Standing(write.caller.principal, access) }),
    );
  }
}
