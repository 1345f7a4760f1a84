/** What a declared requirement says to the reader of the API's description; policy.guard.spec.ts holds what it does. */
import { describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { Public, Requires, RequiresOnAccount } from '../../../src/access-control/requires.decorator.js';

class Routes {
  @Requires('tokens:read')
  list(): void {
    return;
  }

  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage' })
  revoke(): void {
    return;
  }

  @Requires('principal:self')
  whoAmI(): void {
    return;
  }

  @Public()
  health(): void {
    return;
  }
}

function documented(route: keyof Routes): { statuses: number[]; takesBearer: boolean } {
  const handler = Routes.prototype[route];
  const responses = (Reflect.getMetadata('swagger/apiResponse', handler) ?? {}) as object;
  return {
    statuses: Object.keys(responses).map(Number),
    takesBearer: Reflect.hasMetadata('swagger/apiSecurity', handler),
  };
}

describe('a route', () => {
  it.each(['list', 'revoke'] as const)('that requires a permission documents every refusal: %s', (route) => {
    expect(documented(route)).toEqual({ statuses: [401, 403, 503], takesBearer: true });
  });

  it('that requires what nobody lacks documents no 403', () => {
    expect(documented('whoAmI')).toEqual({ statuses: [401, 503], takesBearer: true });
  });

  it('that is public documents none, and takes no credential', () => {
    expect(documented('health')).toEqual({ statuses: [], takesBearer: false });
  });
});
