import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Principal } from '../../../../src/access-control/principal.js';
import { lacking } from '../../../../src/access-control/refused-permissions.js';
import { Public, Requires, RequiresOnAccount } from '../../../../src/access-control/requires.decorator.js';
import type { RefusalsService } from '../../../../src/audit/refusals.service.js';
import { PolicyGuard } from '../../../../src/auth/guards/policy.guard.js';

class Routes {
  @Requires('tokens:read')
  list(): void {
    return;
  }

  @Requires('user:manage')
  rename(): void {
    return;
  }

  @Public()
  health(): void {
    return;
  }

  undeclared(): void {
    return;
  }

  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage', orTokenItself: true })
  revoke(): void {
    return;
  }

  @RequiresOnAccount('tokens:read', { overOneself: 'user:manage', account: 'me' })
  own(): void {
    return;
  }
}

const token = { id: 't1', selector: 's1', createdAt: new Date(), expiresAt: null };
const organization = { id: 'o1', slug: 'acme', name: 'Acme' };
const reader: Principal = { kind: 'organization-token', token: { ...token, scopes: ['tokens:read'] }, organization };
const stranger: Principal = { ...reader, token: { ...token, scopes: ['members:read'] } };
const user = { id: 'u1', email: 'a@b.test', name: 'A', username: 'a-b', emailVerified: true };
const session: Principal = { kind: 'session', sessionId: 'n1', user, memberships: [] };

type Params = Readonly<Record<string, string>>;

function ask(route: keyof Routes, principal: Principal | undefined, inPath: string | Params = {}) {
  const refusals: unknown[] = [];
  const service = { record: async (refusal: unknown) => void refusals.push(refusal) } as unknown as RefusalsService;
  const params = typeof inPath === 'string' ? { organization: inPath } : inPath;
  const request = {
    principal,
    params,
    headers: {},
    id: 'r1',
    ip: '127.0.0.1',
    socket: {},
    method: 'GET',
    routeOptions: { url: '/' },
    organizationAccess: undefined,
    accountAccess: undefined,
  };
  const context = {
    getHandler: () => Routes.prototype[route],
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  return { answer: new PolicyGuard(new Reflector(), service).canActivate(context), request, refusals };
}

describe('the policy guard', () => {
  it('lets anybody call a public route', async () => {
    await expect(ask('health', undefined).answer).resolves.toBe(true);
  });

  it('refuses a route that declares nothing, and a caller that nobody authenticated', async () => {
    await expect(ask('undeclared', session).answer).rejects.toMatchObject({
      code: 'forbidden',
      options: { internal: 'route declares no requirement' },
    });
    await expect(ask('list', undefined, 'acme').answer).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('lets through who holds the permission, and hands on the organization', async () => {
    const { answer, request, refusals } = ask('list', reader, 'acme');

    await expect(answer).resolves.toBe(true);
    expect(request.organizationAccess).toMatchObject({ organizationId: 'o1' });
    expect(refusals).toEqual([]);
  });

  it('hides an organization that the caller cannot see, and records nothing there', async () => {
    const { answer, refusals } = ask('list', reader, 'other');

    await expect(answer).rejects.toMatchObject({ code: 'not_found' });
    expect(refusals).toEqual([]);
  });

  it('refuses and records who lacks the permission', async () => {
    const { answer, refusals } = ask('list', stranger, 'acme');

    await expect(answer).rejects.toMatchObject({ code: 'insufficient_scope' });
    expect(refusals).toMatchObject([
      { permission: 'tokens:read', organizationId: 'o1', caller: { principal: stranger, ip: '127.0.0.1' } },
    ]);
  });

  it('asks outside of organizations what is the caller’s own', async () => {
    await expect(ask('rename', session).answer).resolves.toBe(true);
    const { answer, refusals } = ask('rename', reader);

    await expect(answer).rejects.toMatchObject({ code: 'insufficient_scope' });
    expect(refusals).toMatchObject([{ organizationId: null }]);
  });
});

describe('on an account, the policy guard', () => {
  const personal: Principal = {
    kind: 'personal-token',
    token: { ...token, scopes: ['tokens:manage'] },
    user,
    memberships: [],
  };
  const manager: Principal = { ...reader, token: { ...token, scopes: ['tokens:manage'] } };

  it('asks one thing of the caller’s own person and another in an organization, and hands on which it is', async () => {
    const own = ask('revoke', session, { account: 'a-b' });
    await expect(own.answer).resolves.toBe(true);
    expect(own.request).toMatchObject({
      accountAccess: { kind: 'oneself', userId: 'u1' },
      organizationAccess: undefined,
    });
    const shared = ask('revoke', manager, { account: 'acme' });
    await expect(shared.answer).resolves.toBe(true);
    expect(shared.request).toMatchObject({
      accountAccess: { kind: 'organization' },
      organizationAccess: { organizationId: 'o1' },
    });
  });

  it('refuses and records who lacks what is needed there', async () => {
    const { answer, refusals } = ask('revoke', personal, { account: 'me' });
    await expect(answer).rejects.toMatchObject({ code: 'insufficient_scope' });
    expect(refusals).toMatchObject([{ permission: 'user:manage', organizationId: null }]);
    const other = ask('revoke', reader, { account: 'acme' });
    await expect(other.answer).rejects.toMatchObject({ code: 'insufficient_scope' });
    expect(other.refusals).toMatchObject([{ permission: 'tokens:manage', organizationId: 'o1' }]);
  });

  it.each(['other', 'c-d', ''])('hides %j', async (account) => {
    await expect(ask('revoke', session, { account }).answer).rejects.toMatchObject({ code: 'not_found' });
  });

  it('knows whose account is meant where the path names none, and hides it where nothing does', async () => {
    await expect(ask('own', reader).answer).resolves.toBe(true);
    await expect(ask('revoke', session).answer).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuses a route that says nothing about the account in its path', async () => {
    await expect(ask('rename', session, { account: 'me' }).answer).rejects.toMatchObject({
      code: 'forbidden',
      options: { internal: 'route requires nothing on its account' },
    });
  });

  it('lets a token do to itself, and in its own account, what it may do to no other', async () => {
    const organization: Principal = reader;
    await expect(ask('revoke', personal, { account: 'me', tokenId: 'T1' }).answer).resolves.toBe(true);
    await expect(ask('revoke', organization, { account: 'acme', tokenId: 't1' }).answer).resolves.toBe(true);
    for (const tokenId of ['t2', '']) {
      await expect(ask('revoke', personal, { account: 'me', tokenId }).answer).rejects.toThrow();
      await expect(ask('revoke', organization, { account: 'me', tokenId }).answer).rejects.toThrow();
    }
  });
});

describe('a refusal', () => {
  it('tells what is lacking, and where no token helps, what does', () => {
    expect(lacking('tokens:read', session).options.detail).toMatch(/^Your role lacks .*tokens:read/);
    expect(lacking('tokens:read', reader).options.detail).toMatch(/^The token lacks tokens:read/);
    expect(lacking('user:manage', reader).options.detail).toMatch(/sign in/);
  });

  it('names the scope that would help, and none where none would', () => {
    expect(lacking('tokens:read', reader)).toMatchObject({
      code: 'insufficient_scope',
      options: { neededScope: 'tokens:read' },
    });
    expect(lacking('user:manage', reader).options).not.toHaveProperty('neededScope');
    expect(lacking('user:manage', reader).code).toBe('insufficient_scope');
    expect(lacking('tokens:read', session)).toMatchObject({ code: 'forbidden' });
    expect(lacking('tokens:read', session).options).not.toHaveProperty('neededScope');
  });
});
