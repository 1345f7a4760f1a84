import { describe, expect, it } from '@jest/globals';
import { isScope, scopesOf } from '../../../src/access-control/scopes.js';

describe('scopes', () => {
  it.each(['organization:delete', 'verifiers:manage', 'user:manage', 'token:self'])(
    'never lets a token of either kind carry %s',
    (permission) => {
      expect(isScope('personal', permission)).toBe(false);
      expect(isScope('organization', permission)).toBe(false);
    },
  );

  it('lets only personal tokens carry user:read', () => {
    expect(isScope('personal', 'user:read')).toBe(true);
    expect(isScope('organization', 'user:read')).toBe(false);
  });

  it.each(['', 'tokens', 'tokens:*', 'tokens:READ', 'constructor', '__proto__'])(
    'does not know the scope %j',
    (text) => {
      expect(isScope('personal', text)).toBe(false);
    },
  );

  it('lists the scopes of organization tokens as published', () => {
    expect(scopesOf('organization')).toEqual([
      'organization:read',
      'organization:update',
      'members:read',
      'members:manage',
      'tokens:read',
      'tokens:manage',
      'audit:read',
      'ledger-accounts:read',
      'ledger-accounts:manage',
      'ledger-accounts:reveal',
      'verifiers:read',
    ]);
  });
});
