/**
 * Sends a request through both guards once more. An answer that leaves seconds after its request came must be one that a
 * request of that moment would get: its credential may have been revoked while it waited, or its role lowered (held by
 * test/api/ledger-accounts/wait.spec.ts).
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthenticationGuard } from './authentication.guard.js';
import { PolicyGuard } from './policy.guard.js';

@Injectable()
export class RecheckService {
  constructor(
    private readonly authentication: AuthenticationGuard,
    private readonly policy: PolicyGuard,
  ) {}

  /** Throws what the guards throw; the request then holds the principal and the organization as they are now. */
  async readmit(context: ExecutionContext): Promise<void> {
    await this.authentication.canActivate(context);
    await this.policy.canActivate(context);
  }
}
