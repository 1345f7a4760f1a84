/** test/api/ledger-accounts/wait.spec.ts holds the same through the service. */
import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import type { AuthenticationGuard } from '../../../../src/auth/guards/authentication.guard.js';
import type { PolicyGuard } from '../../../../src/auth/guards/policy.guard.js';
import { GuardRecheckService } from '../../../../src/auth/guards/guard-recheck.service.js';

const context = {} as ExecutionContext;

/** What the guards were asked, in order; `refuses` is the one that throws. */
function recheck(refuses?: string) {
  const asked: [string, ExecutionContext][] = [];
  const guard = (name: string) => ({
    canActivate: async (request: ExecutionContext) => {
      asked.push([name, request]);
      if (name === refuses) throw new Error(name);
      return true;
    },
  });
  const [authentication, policy] = [guard('authentication') as unknown, guard('policy') as unknown];
  const readmission = new GuardRecheckService(authentication as AuthenticationGuard, policy as PolicyGuard);
  return { asked, answer: readmission.recheck(context) };
}

describe('readmission', () => {
  it('asks both guards about the request once more: who calls, and then what they may', async () => {
    const { asked, answer } = recheck();

    await expect(answer).resolves.toBeUndefined();
    expect(asked).toEqual([
      ['authentication', context],
      ['policy', context],
    ]);
  });

  it.each(['authentication', 'policy'])('throws what %s throws, and asks nobody after it', async (refuses) => {
    const { asked, answer } = recheck(refuses);

    await expect(answer).rejects.toThrow(refuses);
    expect(asked.at(-1)?.[0]).toBe(refuses);
  });
});
