/** Writes of personal and organization tokens, through compatibility routes too. */
import type { Mirrored, Place, World } from '../mirrored-organizations.js';
import { HARMLESS } from '../tokens.js';
import { bearer, demoted, DEMOTION, type Variants, type Writes } from './write.js';

const MINE = '/api/v1/users/me/tokens';
const newToken = { label: 'new', scopes: HARMLESS, expiresAt: null };

interface Where {
  readonly path: string;
  readonly its: Mirrored | Place;
  readonly foreign: Mirrored | Place;
}

const own = ({ caller, member }: World): Where => ({ path: MINE, its: caller, foreign: member });
const inA = ({ A, B }: World): Where => ({ path: `${A.path}/tokens`, its: A, foreign: B });

/** The same routes for tokens of both kinds, by the caller. */
function tokenRoutes(prefix: string, owner: 'caller' | 'A', where: (world: World) => Where): Writes {
  const on = (world: World, rest: (it: Where) => string): string => `${where(world).path}${rest(where(world))}`;
  const first = ({ its }: Where): string => `/${its.token.token.id}`;
  const foreign = (it: Where): string => `/${it.foreign.token.token.id}`;
  return {
    [`POST ${prefix}`]: {
      'a new one': {
        act: (world) =>
          world.caller.person.post(
            on(world, () => ''),
            newToken,
          ),
        status: 201,
        rows: [`+ token of ${owner}`],
        events: [`token.created of ${owner} by caller on token new`],
      },
      'with a scope out of reach': {
        act: (world) =>
          world.member.person.post(
            on(world, () => ''),
            { ...newToken, scopes: ['audit:read'] },
          ),
        status: 403,
        events: [`permission.refused of ${owner === 'A' ? 'A' : 'member'} by member on route POST ${prefix}`],
      },
    },
    [`PATCH ${prefix}/:tokenId`]: {
      'its label': {
        act: (world) => world.caller.person.patch(on(world, first), { label: 'renamed' }),
        status: 200,
        rows: [`~ token first of ${owner}: label`],
        events: [`token.updated of ${owner} by caller on token first`],
      },
      'its scopes': {
        act: (world) => world.caller.person.patch(on(world, first), { scopes: HARMLESS }),
        status: 200,
        rows: [`~ token first of ${owner}: scopes`],
        events: [`token.updated of ${owner} by caller on token first`],
      },
      'as it is': { act: (world) => world.caller.person.patch(on(world, first), { label: 'deploy' }), status: 200 },
      'of another owner': {
        act: (world) => world.caller.person.patch(on(world, foreign), { label: 'renamed' }),
        status: 404,
      },
    },
    [`POST ${prefix}/:tokenId/rotate`]: {
      'one of two': {
        act: (world) => world.caller.person.post(`${on(world, first)}/rotate`, {}),
        status: 201,
        rows: [`+ token of ${owner}`, `~ token first of ${owner}: revoke_reason, revoked_at, revoked_by`],
        events: [
          `token.created of ${owner} by caller on token new`,
          `token.rotated of ${owner} by caller on token first`,
        ],
      },
      'one that was rotated': {
        given: (world) => world.caller.person.post(`${on(world, first)}/rotate`, {}).expect(201),
        act: (world) => world.caller.person.post(`${on(world, first)}/rotate`, {}),
        status: 409,
      },
      'of another owner': {
        act: (world) => world.caller.person.post(`${on(world, foreign)}/rotate`, {}),
        status: 404,
      },
    },
    [`DELETE ${prefix}/:tokenId`]: {
      'one of two': {
        act: (world) => world.caller.person.delete(on(world, first)),
        status: 204,
        rows: [`~ token first of ${owner}: revoked_at, revoked_by`],
        events: [`token.revoked of ${owner} by caller on token first`],
      },
      'one that was revoked': {
        given: (world) => world.caller.person.delete(on(world, first)).expect(204),
        act: (world) => world.caller.person.delete(on(world, first)),
        status: 204,
      },
      'of another owner': { act: (world) => world.caller.person.delete(on(world, foreign)), status: 404 },
    },
    [`POST ${prefix}/revoke`]: {
      all: {
        act: (world) => world.caller.person.post(`${on(world, () => '')}/revoke`, { all: true }),
        status: 200,
        rows: [`~ token first of ${owner}: revoked_at, revoked_by`, `~ token twin of ${owner}: revoked_at, revoked_by`],
        events: [
          `token.bulk_revoked of ${owner} by caller on token first`,
          `token.bulk_revoked of ${owner} by caller on token twin`,
        ],
      },
      named: {
        act: (world) => {
          const { its } = where(world);
          return world.caller.person.post(`${on(world, () => '')}/revoke`, { tokenIds: [its.twin.token.id] });
        },
        status: 200,
        rows: [`~ token twin of ${owner}: revoked_at, revoked_by`],
        events: [`token.bulk_revoked of ${owner} by caller on token twin`],
      },
      'some of another owner': {
        act: (world) => {
          const { its, foreign: other } = where(world);
          const tokenIds = [its.twin.token.id, other.token.token.id];
          return world.caller.person.post(`${on(world, () => '')}/revoke`, { tokenIds });
        },
        status: 404,
      },
    },
  };
}

const DELETE_PRESENTED: Variants = {
  'of an organization': {
    act: (world) => bearer(world, world.A.token).delete('/api/v1/token'),
    status: 204,
    rows: ['~ token first of A: revoked_at'],
    events: ['token.revoked of A by organization_token first on token first'],
  },
  personal: {
    act: (world) => bearer(world, world.caller.token).delete('/api/v1/token'),
    status: 204,
    rows: ['~ token first of caller: revoked_at, revoked_by'],
    events: ['token.revoked of caller by personal_token first on token first'],
  },
};

const COMPATIBLE: Writes = {
  'POST /api/v1/account/:account/token': {
    'of an organization': {
      act: ({ caller, A }) => caller.person.post(`/api/v1/account/${A.slug}/token`, { name: 'new' }),
      status: 201,
      rows: ['+ token of A'],
      events: ['token.created of A by caller on token new'],
    },
    'of oneself': {
      act: ({ caller }) => caller.person.post('/api/v1/account/me/token', { name: 'new' }),
      status: 201,
      rows: ['+ token of caller'],
      events: ['token.created of caller by caller on token new'],
    },
    refused: {
      act: ({ member, A }) => member.person.post(`/api/v1/account/${A.slug}/token`, { name: 'new' }),
      status: 403,
      events: ['permission.refused of A by member on route POST /api/v1/account/:account/token'],
    },
  },
  'DELETE /api/v1/account/:account/token/:tokenId': {
    'of an organization': {
      act: ({ caller, A }) => caller.person.delete(`/api/v1/account/${A.slug}/token/${A.token.token.id}`),
      status: 200,
      rows: ['~ token first of A: revoked_at, revoked_by'],
      events: ['token.revoked of A by caller on token first'],
    },
    'of oneself': {
      act: ({ caller }) => caller.person.delete(`/api/v1/account/me/token/${caller.token.token.id}`),
      status: 200,
      rows: ['~ token first of caller: revoked_at, revoked_by'],
      events: ['token.revoked of caller by caller on token first'],
    },
    'of the other organization': {
      act: ({ caller, A, B }) => caller.person.delete(`/api/v1/account/${A.slug}/token/${B.token.token.id}`),
      status: 404,
    },
    'the token itself': {
      act: (world) => {
        const { A } = world;
        return bearer(world, A.token).delete(`/api/v1/account/${A.slug}/token/${A.token.token.id}`);
      },
      status: 200,
      rows: ['~ token first of A: revoked_at'],
      events: ['token.revoked of A by organization_token first on token first'],
    },
  },
  'POST /api/v1/user/token': {
    'of a person': {
      act: ({ caller }) => caller.person.post('/api/v1/user/token', { name: 'new' }),
      status: 201,
      rows: ['+ token of caller'],
      events: ['token.created of caller by caller on token new'],
    },
    'of an organization': {
      act: (world) => bearer(world, world.A.token).post('/api/v1/user/token', { name: 'new' }),
      status: 201,
      rows: ['+ token of A'],
      events: ['token.created of A by organization_token first on token new'],
    },
  },
  'DELETE /api/v1/user/token/:tokenId': {
    'of a person': {
      act: ({ caller }) => caller.person.delete(`/api/v1/user/token/${caller.token.token.id}`),
      status: 200,
      rows: ['~ token first of caller: revoked_at, revoked_by'],
      events: ['token.revoked of caller by caller on token first'],
    },
    'of an organization': {
      act: (world) => bearer(world, world.A.token).delete(`/api/v1/user/token/${world.A.twin.token.id}`),
      status: 200,
      rows: ['~ token twin of A: revoked_at'],
      events: ['token.revoked of A by organization_token first on token twin'],
    },
  },
};

const TOKENS_OF_A = '/api/v1/organizations/:organization/tokens';

/** Calls that only the second check under the lock can refuse. */
const OVERTAKEN: Writes = {
  [`POST ${TOKENS_OF_A}`]: {
    'by somebody demoted meanwhile': {
      ...DEMOTION,
      act: (world) => demoted(world, (admin) => admin.post(`${world.A.path}/tokens`, newToken)),
      status: 403,
      events: [`permission.refused of A by admin on route POST ${TOKENS_OF_A}`],
    },
  },
  [`POST ${TOKENS_OF_A}/:tokenId/rotate`]: {
    'by somebody demoted meanwhile': {
      ...DEMOTION,
      act: (world) =>
        demoted(world, (admin) => admin.post(`${world.A.path}/tokens/${world.A.token.token.id}/rotate`, {})),
      status: 403,
      events: [`permission.refused of A by admin on route POST ${TOKENS_OF_A}/:tokenId/rotate`],
    },
  },
};

const UNDISTURBED: Writes = {
  ...tokenRoutes(MINE, 'caller', own),
  ...tokenRoutes(TOKENS_OF_A, 'A', inA),
  'DELETE /api/v1/token': DELETE_PRESENTED,
  ...COMPATIBLE,
};

export const TOKEN_WRITES: Writes = Object.fromEntries(
  Object.entries(UNDISTURBED).map(([route, variants]) => [route, { ...variants, ...OVERTAKEN[route] }]),
);
