/** Writes of registration, sign-in and sessions. */
import type { Test } from 'supertest';
import { PASSWORD, uniqueEmail } from '../actors.js';
import { cookieOf } from '../sessions.js';
import { expiredLinksGone, sessionsEnded, sourceSeen } from './row-lists.js';
import { call, type Writes } from './write.js';

const LOGIN = '/api/v1/auth/login';
const NEW_PASSWORD = 'another long pass phrase 77';

export const SESSION_WRITES: Writes = {
  'POST /api/v1/auth/register': {
    'a new address': {
      act: (world) =>
        call(world, '/api/v1/auth/register', { email: 'newcomer@example.test', password: PASSWORD, name: 'New' }),
      status: 202,
      rows: ['+ link of new', '+ name of new', '+ user of new'],
      events: ['user.registered of new by new on user new'],
      mails: ['Welcome to Latchkey to newcomer@example.test'],
      apart: ['+ link of new'],
    },
    'an address that is taken': {
      act: (world) =>
        call(world, '/api/v1/auth/register', { email: world.member.person.email, password: PASSWORD, name: 'New' }),
      status: 202,
      rows: [...expiredLinksGone('member'), '+ link of member'],
      events: [
        'user.password_reset_requested of member by anonymous on user member',
        'user.registration_refused of nobody by anonymous on null none',
      ],
      mails: ['You already have an account to member'],
    },
  },
  [`POST ${LOGIN}`]: {
    'with the right password': {
      act: (world) => call(world, LOGIN, { email: world.caller.person.email, password: PASSWORD }),
      status: 200,
      rows: [...sourceSeen('caller'), '+ session of caller', '- session long ended of caller'],
      events: ['session.signed_in of caller by caller on session new'],
    },
    'beside somebody who was seen at many sources since': {
      given: ({ app, member }) =>
        app.db(
          `INSERT INTO known_sources (user_id, source) SELECT $1, '198.51.100.' || n FROM generate_series(1, 60) n`,
          [member.person.id],
        ),
      act: (world) => call(world, LOGIN, { email: world.caller.person.email, password: PASSWORD }),
      status: 200,
      rows: [...sourceSeen('caller'), '+ session of caller', '- session long ended of caller'],
      events: ['session.signed_in of caller by caller on session new'],
    },
    'with the cookie of an older session': {
      act: (world) => {
        const { email, cookie } = world.caller.person;
        return call(world, LOGIN, { email, password: PASSWORD }, cookie);
      },
      status: 200,
      rows: [
        ...sourceSeen('caller'),
        '+ session of caller',
        '- session long ended of caller',
        '~ session first of caller: revoke_reason, revoked_at',
      ],
      events: [
        'session.revoked of caller by caller on session first',
        'session.signed_in of caller by caller on session new',
      ],
    },
    'with the cookie of somebody else': {
      act: (world) =>
        call(world, LOGIN, { email: world.caller.person.email, password: PASSWORD }, world.member.person.cookie),
      status: 200,
      rows: [
        ...sourceSeen('caller'),
        '+ session of caller',
        '- session long ended of caller',
        '~ session first of member: revoke_reason, revoked_at',
      ],
      events: [
        'session.revoked of member by member on session first',
        'session.signed_in of caller by caller on session new',
      ],
    },
    'with a wrong password': {
      act: (world) =>
        call(world, LOGIN, { email: world.caller.person.email, password: NEW_PASSWORD }, world.caller.person.cookie),
      status: 401,
      events: ['session.sign_in_failed of caller by anonymous on user caller'],
    },
    'with an unknown address': {
      act: (world) => call(world, LOGIN, { email: uniqueEmail(), password: PASSWORD }),
      status: 401,
      events: ['session.sign_in_failed of nobody by anonymous on user none'],
    },
  },
  'POST /login/token': {
    'with the right password': {
      act: (world) => call(world, '/login/token', { email: world.caller.person.email, password: PASSWORD }),
      status: 200,
      rows: [...sourceSeen('caller'), '+ session of caller', '+ token of caller', '- session long ended of caller'],
      events: [
        'session.signed_in of caller by caller on session new',
        'session.signed_out of caller by caller on session new',
        'token.created of caller by caller on token new',
      ],
    },
    'with a wrong password': {
      act: (world) => call(world, '/login/token', { email: world.caller.person.email, password: NEW_PASSWORD }),
      status: 401,
      events: ['session.sign_in_failed of caller by anonymous on user caller'],
    },
  },
  'POST /api/v1/auth/refresh': {
    'with the current cookie': {
      act: (world) => call(world, '/api/v1/auth/refresh', {}, world.caller.person.cookie),
      status: 200,
      rows: [
        '~ session first of caller: expires_at, last_used_at, previous_refresh_hash, refresh_hash, refreshed_at, sealed_successor',
      ],
    },
    'with the last used cookie, within the grace': {
      given: (world) => call(world, '/api/v1/auth/refresh', {}, world.caller.person.cookie).expect(200),
      act: (world) => call(world, '/api/v1/auth/refresh', {}, world.caller.person.cookie),
      status: 200,
    },
    'with an older cookie': {
      given: async (world) => {
        const refresh = (cookie: string): Test => call(world, '/api/v1/auth/refresh', {}, cookie).expect(200);
        await refresh(cookieOf((await refresh(world.caller.person.cookie)).headers));
      },
      act: (world) => call(world, '/api/v1/auth/refresh', {}, world.caller.person.cookie),
      status: 401,
      rows: ['~ session first of caller: revoke_reason, revoked_at, sealed_successor'],
      events: ['session.refresh_reused of caller by anonymous on session first'],
      mails: ['A session was ended for your safety to caller'],
    },
    'without a cookie': { act: (world) => call(world, '/api/v1/auth/refresh', {}), status: 401 },
  },
  'POST /api/v1/auth/logout': {
    'by cookie': {
      act: (world) => call(world, '/api/v1/auth/logout', {}, world.caller.person.cookie),
      status: 204,
      rows: ['~ session first of caller: revoke_reason, revoked_at'],
      events: ['session.signed_out of caller by caller on session first'],
    },
    'by bearer': {
      act: ({ caller }) => caller.person.post('/api/v1/auth/logout', {}),
      status: 204,
      rows: ['~ session first of caller: revoke_reason, revoked_at'],
      events: ['session.signed_out of caller by caller on session first'],
    },
    'by cookie and bearer of one session': {
      act: ({ caller: { person } }) => person.post('/api/v1/auth/logout', {}).set('cookie', person.cookie),
      status: 204,
      rows: ['~ session first of caller: revoke_reason, revoked_at'],
      events: ['session.signed_out of caller by caller on session first'],
    },
    'by cookie and bearer of two sessions': {
      act: ({ caller: { person, elsewhere } }) =>
        person.post('/api/v1/auth/logout', {}).set('cookie', elsewhere.cookie),
      status: 204,
      rows: [
        '~ session elsewhere of caller: revoke_reason, revoked_at',
        '~ session first of caller: revoke_reason, revoked_at',
      ],
      events: [
        'session.signed_out of caller by caller on session elsewhere',
        'session.signed_out of caller by caller on session first',
      ],
    },
    'by neither': { act: (world) => call(world, '/api/v1/auth/logout', {}), status: 204 },
  },
  'DELETE /api/v1/auth/sessions': {
    'all others': {
      act: ({ caller }) => caller.person.delete('/api/v1/auth/sessions'),
      status: 204,
      rows: [...sessionsEnded('caller', 'elsewhere', 'third')],
      events: ['session.revoked of caller by caller on session none'],
    },
  },
  'DELETE /api/v1/auth/sessions/:sessionId': {
    'another one': {
      act: ({ caller }) => caller.person.delete(`/api/v1/auth/sessions/${caller.elsewhereId}`),
      status: 204,
      rows: ['~ session elsewhere of caller: revoke_reason, revoked_at'],
      events: ['session.revoked of caller by caller on session elsewhere'],
    },
    'of somebody else': {
      act: ({ caller, member }) => caller.person.delete(`/api/v1/auth/sessions/${member.elsewhereId}`),
      status: 404,
    },
    'one that has ended': {
      given: ({ caller }) => caller.person.delete(`/api/v1/auth/sessions/${caller.elsewhereId}`).expect(204),
      act: ({ caller }) => caller.person.delete(`/api/v1/auth/sessions/${caller.elsewhereId}`),
      status: 204,
    },
  },
};
