/**
 * The second run of both guards for a waiting request. A response seconds after its request must be one that a request
 * of that moment would get. The credential may have been revoked meanwhile, or the role lowered (tested by
 * test/api/ledger-accounts/wait.spec.ts).
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthenticationGuard } from './authentication.guard.js';
import { PolicyGuard } from './policy.guard.js';

@Injectable()
export class GuardRecheckService {
  constructor(
    private readonly authentication: AuthenticationGuard,
    private readonly policy: PolicyGuard,
  ) {}

  /** Throws what the guards throw. Afterwards the request has the principal and the organization as they are now. */
  async recheck(context: ExecutionContext): Promise<void> {
    await this.authentication.canActivate(context);
    await this.policy.canActivate(context);
  }
}
