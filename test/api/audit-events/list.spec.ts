import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { AuditAction } from '../../../src/audit/audit-actions.js';
import { newId } from '../../../src/platform/database/ids.js';
import { bearing, signUp, type Actor } from '../../support/actors.js';
import { found, scene, type Scene } from '../../support/scene.js';

let on: Scene;
let path: string;

beforeAll(async () => {
  on = await scene();
  path = `${on.organization.path}/audit-events`;
});

describe('listing the audit events of an organization', () => {
  describe('succeeds', () => {
    it('tells who did what to whom, when and from where', async () => {
      const { body } = await on.owner.get(`${path}?action=organization.created`).expect(200);
      expect(body.nextCursor).toBeNull();
      expect(body.items).toEqual([
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          action: 'organization.created',
          occurredAt: expect.stringMatching(/^\d{4}-.*Z$/),
          actor: { kind: 'user', id: on.owner.id, name: on.owner.name },
          target: { kind: 'organization', id: on.organization.id, name: on.organization.name },
          ip: '127.0.0.1',
          userAgent: null,
          requestId: expect.any(String),
          details: expect.any(Object),
        },
      ]);
    });

    it.each(['owner', 'admin'] as const)('for an %s', async (role) => {
      await on[role].get(path).expect(200);
    });

    it('by the slug, and for a token with the scope', async () => {
      const token = await on.owner.issueOrganizationToken(on.organization.id, ['audit:read']);
      await bearing(on.app, token).get(`/api/v1/organizations/${on.organization.slug}/audit-events`).expect(200);
    });

    it('newest first, page by page, each event once', async () => {
      const actorId = newId();
      const ids = [await dbEvent({ actorId }), await dbEvent({ actorId }), await dbEvent({ actorId })];
      const first = await on.owner.get(`${path}?limit=2&actorId=${actorId}`).expect(200);
      const rest = await on.owner.get(`${path}?limit=2&actorId=${actorId}&cursor=${first.body.nextCursor}`).expect(200);
      expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids.reverse());
      expect(rest.body.nextCursor).toBeNull();
    });

    it('narrowed by action, actor and target together', async () => {
      const [actorId, targetId] = [newId(), newId()];
      const wanted = await dbEvent({ action: 'token.revoked', actorId, targetId });
      await dbEvent({ action: 'token.created', actorId, targetId });
      await dbEvent({ action: 'token.revoked', actorId: newId(), targetId });
      await dbEvent({ action: 'token.revoked', actorId, targetId: newId() });
      const query = `action=token.revoked&actorId=${actorId}&targetId=${targetId}`;
      expect(idsOf(await on.owner.get(`${path}?${query}`).expect(200))).toEqual([wanted]);
    });

    it('narrowed to a time: from its beginning on, and before its end', async () => {
      const actorId = newId();
      await dbEvent({ actorId, occurredAt: '2020-01-01T09:59:59.999Z' });
      const wanted = await dbEvent({ actorId, occurredAt: '2020-01-01T10:00:00Z' });
      await dbEvent({ actorId, occurredAt: '2020-01-01T11:00:00Z' });
      const query = `actorId=${actorId}&from=2020-01-01T12:00:00%2B02:00&to=2020-01-01T11:00:00Z`;
      expect(idsOf(await on.owner.get(`${path}?${query}`).expect(200))).toEqual([wanted]);
    });
  });

  describe('authenticates', () => {
    it('refuses a caller without a credential', async () => {
      await on.anonymous.get(path).expect(401);
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('refuses a %s, and records that', async (role) => {
      const { body } = await on[role].get(path).expect(403);
      expect(body.code).toBe('forbidden');
      const query = `action=permission.refused&actorId=${on[role].id}`;
      const { body: list } = await on.owner.get(`${path}?${query}`).expect(200);
      expect(list.items[0].details).toEqual({ permission: 'audit:read' });
    });

    it('refuses a token without the scope', async () => {
      const token = await on.owner.issueOrganizationToken(on.organization.id, ['tokens:read']);
      const { body } = await bearing(on.app, token).get(path).expect(403);
      expect(body.code).toBe('insufficient_scope');
    });
  });

  describe('hides', () => {
    it('the organization from an outsider', async () => {
      const { text } = await on.outsider.get(path).expect(404);
      expect(text).not.toContain(on.organization.id);
    });

    it('the events of every other organization', async () => {
      const other = await found(on.outsider, 'Other');
      const foreign = await dbEvent({ organizationId: other.id, targetId: newId() });
      expect(await allIds(on.owner, path)).not.toContain(foreign);
      expect(await allIds(on.outsider, `${other.path}/audit-events`)).toContain(foreign);
    });
  });

  describe('validates', () => {
    it.each([
      ['action', 'action=token.eaten'],
      ['action', 'action=token.revoked&action=token.created'],
      ['actorId', 'actorId=me'],
      ['targetId', `targetId=${'0'.repeat(36)}`],
      ['from', 'from=2020-01-01'],
      ['from', 'from=2020-02-30T00:00:00Z'],
      ['to', 'to=2020-01-01T00:00:00'],
      ['limit', 'limit=0'],
      ['limit', 'limit=101'],
      ['limit', 'limit=1e20'],
      ['cursor', 'cursor=nonsense'],
      ['cursor', `cursor=${Buffer.from('["x"]').toString('base64url')}`],
      ['userId', 'userId=1'],
      ['organizationId', `organizationId=${'0'.repeat(36)}`],
      ['sort', 'sort=occurredAt'],
    ])('%s in %s', async (field, query) => {
      const { body } = await on.owner.get(`${path}?${query}`).expect(422);
      expect(body.code).toBe('validation_failed');
      expect(body.errors[0].field).toBe(field);
    });
  });
});

describe('listing one’s own audit events', () => {
  const own = '/api/v1/users/me/audit-events';

  it('succeeds with what happened to the account', async () => {
    const person = await signUp(on.app);
    const { body } = await person.get(own).expect(200);
    const actions = (body.items as { action: AuditAction }[]).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['user.registered', 'session.signed_in']));
  });

  it('succeeds page by page and narrowed', async () => {
    const wanted = await dbEvent({ organizationId: null, userId: on.member.id, action: 'user.password_changed' });
    const { body } = await on.member.get(`${own}?limit=1&action=user.password_changed`).expect(200);
    expect(body).toMatchObject({ items: [{ id: wanted }], nextCursor: null });
  });

  it('authenticates', async () => {
    await on.anonymous.get(own).expect(401);
  });

  it('authorizes a session only, no token', async () => {
    const token = await on.owner.issuePersonalToken(['user:read']);
    const { body } = await bearing(on.app, token).get(own).expect(403);
    expect(body.code).toBe('insufficient_scope');
  });

  it('hides what happened to others', async () => {
    const foreign = await dbEvent({ organizationId: null, userId: on.admin.id });
    expect(await allIds(on.outsider, own)).not.toContain(foreign);
    expect(await allIds(on.admin, own)).toContain(foreign);
  });

  it('validates', async () => {
    const { body } = await on.owner.get(`${own}?userId=${on.admin.id}`).expect(422);
    expect(body).toMatchObject({ errors: [{ field: 'userId' }] });
  });
});

interface EventFields {
  readonly organizationId?: string | null;
  readonly userId?: string;
  readonly action?: AuditAction;
  readonly actorId?: string;
  readonly targetId?: string;
  readonly occurredAt?: string;
}

/** An event of the scene's organization, unless said otherwise; answers its id. */
async function dbEvent(fields: EventFields): Promise<string> {
  const {
    organizationId = on.organization.id,
    userId,
    action = 'token.created',
    actorId,
    targetId,
    occurredAt,
  } = fields;
  const id = newId();
  await on.app.db(
    `INSERT INTO audit_events
      (id, organization_id, user_id, action, actor_kind, actor_id, target_kind, target_id, occurred_at)
    VALUES ($1, $2, $3, $4, 'user', $5, 'token', $6, coalesce($7, clock_timestamp()))`,
    [id, organizationId, userId ?? null, action, actorId ?? null, targetId ?? null, occurredAt ?? null],
  );
  return id;
}

async function allIds(actor: Actor, list: string): Promise<string[]> {
  return idsOf(await actor.get(`${list}?limit=100`).expect(200));
}

function idsOf({ body }: Response): string[] {
  return (body.items as { id: string }[]).map(({ id }) => id);
}
