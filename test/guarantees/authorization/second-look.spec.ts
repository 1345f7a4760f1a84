/**
 * Every write of authority waits for a lock, and looks at its caller once more under it. For each route that writes, each
 * kind of credential and each way to lose authority: somebody else holds the lock, the request is seen waiting, the caller
 * loses authority in the transaction that it waits for, and the request is refused and changes nothing.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CredentialKind } from '../../../src/access-control/credential-kinds.js';
import { SessionTokenService } from '../../../src/auth/sessions/session-token.service.js';
import { newRefreshToken } from '../../../src/credentials/refresh-token.js';
import { permissionOf, routeTable, type Route } from '../../../src/openapi/route-table.js';
import { newId } from '../../../src/platform/database/ids.js';
import { Person, signUp } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { Blocker } from '../../support/blocker.js';
import { mirroredOrganizations, type World } from '../../support/mirrored-organizations.js';
import { stateOf } from '../../support/row-changes.js';
import {
  actOf,
  allScopes,
  LOSSES,
  NO_SECOND_CHECK,
  SECOND_LOOKS,
  type AwaitedLock,
  type Call,
  type Loss,
  type SecondLook,
} from '../../support/second-looks.js';

const PATIENCE_MS = 120_000;

let app: TestApp;
let world: World;
let blocker: Blocker;
let routes: ReadonlyMap<string, Route>;

beforeAll(async () => {
  app = await startApp({ env: { LAST_USED_INTERVAL_MS: '3600000', TOKEN_QUOTA: '10000' } });
  const { id } = await signUp(app);
  const [user] = await app.db<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = $1', [id]);
  world = await mirroredOrganizations(app, user?.hash ?? '');
  blocker = await Blocker.at(app);
  routes = new Map(routeTable(app.nest).map((route) => [`${route.method} ${route.path}`, route]));
}, PATIENCE_MS);

describe('a route that writes', () => {
  it('looks at its caller twice, or stands here with what decides instead', () => {
    const writing = [...routes.keys()].filter((route) => !route.startsWith('GET '));
    expect([...Object.keys(SECOND_LOOKS), ...Object.keys(NO_SECOND_CHECK)].sort()).toEqual(writing.sort());
  });

  it('has a caller unless it stands here with what decides instead', () => {
    const withCaller = [...routes].filter(([name, route]) => permissionOf(route) !== null && !name.startsWith('GET '));
    expect(withCaller.map(([name]) => name).sort()).toEqual(Object.keys(SECOND_LOOKS).sort());
  });

  it.each(Object.entries(SECOND_LOOKS))(
    'is refused when its caller loses authority while it waits: %s',
    async (name, look) => {
      const outcomes = [];
      for (const each of casesOf(name, look)) {
        const { kind, obstacle, way } = each;
        outcomes.push({ kind, obstacle, way, ...(await lose(name, look, each)) });
      }
      const expected = casesOf(name, look).map(({ kind, obstacle, way, loss }) => {
        const status = loss.status(kind);
        const events = status === 403 ? [expect.stringMatching(/^permission\.refused of /)] : [];
        return { kind, obstacle, way, answer: status, written: { rows: [], events, mails: [], apart: [] } };
      });
      expect(outcomes).toEqual(expected);
      expect(outcomes.length).toBeGreaterThan(2);
    },
    PATIENCE_MS,
  );
});

interface Case {
  readonly kind: CredentialKind;
  readonly obstacle: AwaitedLock;
  readonly way: string;
  readonly loss: Loss;
}

function casesOf(name: string, look: SecondLook): Case[] {
  const kinds = look.kinds ?? routes.get(name)?.credentials ?? [];
  return kinds.flatMap((kind) =>
    obstaclesOf(look, kind).flatMap((obstacle) =>
      Object.entries(LOSSES)
        .filter(([, loss]) => loss.kinds.includes(kind) && loss.obstacles.includes(obstacle))
        .filter(([way]) => takes(name, look, kind, way))
        .map(([way, loss]) => ({ kind, obstacle, way, loss })),
    ),
  );
}

/** What an organization token does is its organization's. */
function obstaclesOf({ waitsFor }: SecondLook, kind: CredentialKind): readonly AwaitedLock[] {
  return kind === 'organization-token' ? waitsFor.map((each) => (each === 'user' ? 'organization' : each)) : waitsFor;
}

/** Whether this way takes anything away that the route needs. */
function takes(name: string, { byAnyScope }: SecondLook, kind: CredentialKind, way: string): boolean {
  if (way === 'scopes narrowed') return !byAnyScope;
  const isInOrganization = kind === 'organization-token' || /:(organization|account)\b/.test(name);
  const isAboutPlace = ['role lowered', 'removed from the organization', 'organization suspended'].includes(way);
  return isInOrganization || !isAboutPlace;
}

/** The request waits behind the obstacle while the caller loses authority. Answers its status, and what it wrote. */
async function lose(name: string, look: SecondLook, { kind, obstacle, loss }: Case): Promise<object> {
  const call = await callBy(look, kind);
  const { id: userId } = world[look.by].person;
  const subject = { credential: call.credentialId, user: userId, organization: world.A.id, membership: userId }[
    loss.of
  ];
  const place = await dbMembership(userId);
  let then: Awaited<ReturnType<typeof stateOf>> | undefined;
  const answer = await blocker.during(async () => statusOf(await actOf(name, world, call)), {
    lock: async () => {
      // Users before organizations, as everybody locks them.
      if (loss.of === 'user') await blocker.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
      await hold(obstacle, userId);
    },
    meanwhile: async () => {
      await blocker.query(loss.sql(kind === 'session' ? 'sessions' : 'access_tokens'), [
        subject,
        ...(loss.of === 'membership' ? [world.A.id] : []),
      ]);
      then = await stateOf(app, blocker.query);
    },
  });
  const written = await then?.changes(world.names);
  if (loss.undo !== undefined) await app.db(loss.undo, [subject]);
  await place.restore();
  await dbInviteAgain();
  return { answer, written };
}

async function hold(obstacle: AwaitedLock, userId: string): Promise<void> {
  const { A, admin, caller } = world;
  if (obstacle === 'user') await blocker.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [userId]);
  if (obstacle === 'organization') await blocker.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [A.id]);
  if (obstacle !== 'target') return;
  const tokens = [caller.token.token.id, A.token.token.id];
  await blocker.query('SELECT FROM access_tokens WHERE id = ANY ($1) FOR UPDATE', [tokens]);
  await blocker.query('SELECT FROM memberships WHERE organization_id = $1 AND user_id = $2 FOR UPDATE', [
    A.id,
    admin.person.id,
  ]);
}

/** A new credential of this kind: the ways to lose authority leave none alive. */
async function callBy({ by }: SecondLook, kind: CredentialKind): Promise<Call> {
  const session = await dbSession(world[by].person);
  if (kind === 'session') return { person: session.person, kind, credentialId: session.id };
  const issued =
    kind === 'personal-token'
      ? await session.person.issuePersonalToken(allScopes('personal'))
      : await session.person.issueOrganizationToken(world.A.id, allScopes('organization'));
  const { id, email, name } = session.person;
  return { person: new Person(app, issued.secret, id, email, name, ''), kind, credentialId: issued.token.id };
}

/** As a sign-in would open it, without the work of comparing a password. */
async function dbSession({ id, email, name }: Person): Promise<{ id: string; person: Person }> {
  const token = newRefreshToken(newId());
  const [row] = await app.db<{ now: Date }>(
    `INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at)
    VALUES ($1, $2, $3, $4, clock_timestamp() + interval '1 hour') RETURNING clock_timestamp() AS now`,
    [token.sessionId, id, token.familyHash, token.hash],
  );
  const claims = { userId: id, sessionId: token.sessionId, issuedAt: row?.now ?? new Date() };
  return {
    id: token.sessionId,
    person: new Person(app, app.nest.get(SessionTokenService).sign(claims), id, email, name, ''),
  };
}

/** The place of this user in organization A, to be put back as it was. */
async function dbMembership(userId: string): Promise<{ restore: () => Promise<void> }> {
  const key = [world.A.id, userId];
  const sql = 'SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2';
  const [row] = await app.db<{ role: string }>(sql, key);
  const restore = async (): Promise<void> => {
    if (!row) return;
    await app.db(
      `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)
      ON CONFLICT (organization_id, user_id) DO UPDATE SET role = $3 WHERE memberships.role <> $3`,
      [...key, row.role],
    );
    await app.db('DELETE FROM former_memberships WHERE organization_id = $1 AND user_id = $2', key);
  };
  return { restore };
}

/** A loss of its inviter's or organization's cancels the invitation for good; another one with its secret takes its place. */
async function dbInviteAgain(): Promise<void> {
  const open = `jsonb_populate_record(NULL::invitations, to_jsonb(gone) || '{"cancelled_at": null}')`;
  await app.db(
    `WITH gone AS (DELETE FROM invitations WHERE id = $1 AND cancelled_at IS NOT NULL RETURNING *)
    INSERT INTO invitations SELECT (${open}).* FROM gone`,
    [world.A.invitation.id],
  );
}

/** The status of a refusal. */
function statusOf(response: unknown): unknown {
  const { status } = response as { status: number };
  return status < 400 ? 'done' : status;
}
