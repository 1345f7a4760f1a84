import { describe, expect, it } from '@jest/globals';
import { credentialKindsFor } from '../../../src/access-control/credential-kinds.js';
import type { Permission } from '../../../src/access-control/permissions.js';

const SESSION = ['session'];
const TOKENS = ['personal-token', 'organization-token'];
const PERSONAL = ['session', 'personal-token'];
const ALL = ['session', ...TOKENS];

describe('the kinds of credential', () => {
  it.each<[Permission, string[]]>([
    ['organization:read', ALL],
    ['tokens:manage', ALL],
    ['ledger-accounts:reveal', ALL],
    ['organization:delete', SESSION],
    ['verifiers:manage', SESSION],
    ['user:read', []],
    ['token:self', []],
    ['principal:self', []],
  ])('that can ever satisfy %s in an organization are %j', (permission, kinds) => {
    expect(credentialKindsFor(permission, true)).toEqual(kinds);
  });

  it.each<[Permission, string[]]>([
    ['organization:read', ALL],
    ['user:read', PERSONAL],
    ['ledger-accounts:reveal', PERSONAL],
    ['user:manage', SESSION],
    ['token:self', TOKENS],
    ['principal:self', ALL],
    ['tokens:manage', []],
  ])('that can ever satisfy %s outside of one are %j', (permission, kinds) => {
    expect(credentialKindsFor(permission, false)).toEqual(kinds);
  });
});
