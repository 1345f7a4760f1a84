import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { AuditTrail } from '../../../src/audit/audit-trail.js';
import type { Principal } from '../../../src/auth/principal.js';
import { lacking, PolicyGuard } from '../../../src/policy/policy.guard.js';
import { Public, Requires } from '../../../src/policy/requires.decorator.js';

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
}

const token = { id: 't1', selector: 's1', createdAt: new Date(), expiresAt: null };
const organization = { id: 'o1', slug: 'acme', name: 'Acme' };
const reader: Principal = { kind: 'organization-token', token: { ...token, scopes: ['tokens:read'] }, organization };
const stranger: Principal = { ...reader, token: { ...token, scopes: ['members:read'] } };
const user = { id: 'u1', email: 'a@b.test', name: 'A', emailVerified: true };
const session: Principal = { kind: 'session', sessionId: 'n1', user, memberships: [] };

function ask(route: keyof Routes, principal: Principal | undefined, organizationInPath?: string) {
  const refusals: unknown[] = [];
  const audit = { refused: async (refusal: unknown) => void refusals.push(refusal) } as unknown as AuditTrail;
  const params = organizationInPath === undefined ? {} : { organization: organizationInPath };
  const request = {
    principal,
    params,
    headers: {},
    id: 'r1',
    ip: '127.0.0.1',
    socket: {},
    organizationAccess: undefined,
  };
  const context = {
    getHandler: () => Routes.prototype[route],
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  return { answer: new PolicyGuard(new Reflector(), audit).canActivate(context), request, refusals };
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
