/** Expiry of a session, its bearer and its refresh token. */
import { SessionTokenService } from '../../../src/auth/sessions/session-token.service.js';
import { Actor, bearing, signIn, signUp } from '../actors.js';
import { dbAgeRefresh, idOf, refresh, refreshed } from '../sessions.js';
import { present } from '../tokens.js';
import { DAY, dbDate, dbExpire, dbMail, hasEvent, HOUR, is200, MINUTE, twoSessions, type Lifetime } from './stage.js';

const LOGOUT = '/api/v1/auth/logout';
const ME = '/api/v1/users/me';
const SESSIONS = '/api/v1/auth/sessions';
const VERIFY = '/api/v1/auth/email/verify';
/** A refresh treats a session as ended one second before its end. */
const LAST_SECOND = 1_000;

export const SESSION_LIFETIMES: Readonly<Record<string, Lifetime>> = {
  'an idle session, asked with its bearer': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await dbExpire(stage, 'sessions', 'user_id', person.id, restMs);
      return is200(person.get(ME));
    },
  },
  'an idle session, refreshed': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await dbExpire(stage, 'sessions', 'user_id', person.id, LAST_SECOND + restMs);
      return is200(refresh(stage.app, person.cookie));
    },
  },
  'an idle session, answered in the grace': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await refreshed(stage.app, person.cookie);
      await dbExpire(stage, 'sessions', 'user_id', person.id, restMs);
      return is200(refresh(stage.app, person.cookie));
    },
  },
  'an idle session, listed': {
    isAlive: async (stage, restMs) => {
      const [other, person] = await twoSessions(stage.app);
      await dbExpire(stage, 'sessions', 'id', idOf(other.cookie), restMs);
      return ((await person.get(SESSIONS).expect(200)).body as { items: unknown[] }).items.length === 2;
    },
  },
  'an idle session, as proof of a session': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      const token = bearing(stage.app, await person.issuePersonalToken(['user:read']));
      const secret = await dbMail(stage, person, 'verify_email', HOUR);
      await dbExpire(stage, 'sessions', 'user_id', person.id, restMs);
      await new Actor(stage.app, null).post(VERIFY, { token: secret }).set('cookie', person.cookie).expect(200);
      return is200(present(token));
    },
  },
  'an idle session, signed out with its cookie': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await dbExpire(stage, 'sessions', 'user_id', person.id, restMs);
      await new Actor(stage.app, null).post(LOGOUT).set('cookie', person.cookie).expect(204);
      return hasEvent(stage, person.id, 'session.signed_out');
    },
  },
  'a session in all, refreshed': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await dbDate(stage, 'sessions', 'created_at', 'user_id', person.id, -30 * DAY + LAST_SECOND + restMs);
      return is200(refresh(stage.app, person.cookie));
    },
  },
  'a session in all, answered in the grace': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await refreshed(stage.app, person.cookie);
      await dbDate(stage, 'sessions', 'created_at', 'user_id', person.id, -30 * DAY + restMs);
      return is200(refresh(stage.app, person.cookie));
    },
  },
  'the bearer of a session': {
    stepMs: 1_000,
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      const issuedAt = new Date(stage.now.getTime() - 10 * MINUTE + restMs);
      const claims = { userId: person.id, sessionId: idOf(person.cookie), issuedAt };
      return is200(new Actor(stage.app, stage.app.nest.get(SessionTokenService).sign(claims)).get(ME));
    },
  },
  'the refresh grace': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await refreshed(stage.app, person.cookie);
      await dbAgeRefresh(stage.app, person.cookie, `${String(10_000 - restMs)} milliseconds`);
      return is200(refresh(stage.app, person.cookie));
    },
  },
  'a sealed successor, until the next sign-in': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await refreshed(stage.app, person.cookie);
      await dbAgeRefresh(stage.app, person.cookie, `${String(10_000 - restMs)} milliseconds`);
      await signIn(stage.app, person.email);
      const sealed = 'SELECT 1 FROM sessions WHERE id = $1 AND sealed_successor IS NOT NULL';
      return (await stage.app.db(sealed, [idOf(person.cookie)])).length === 1;
    },
  },
  'a session that has ended, until the next sign-in': {
    isAliveAtEnd: true,
    isAlive: async (stage, restMs) => {
      const [other, person] = await twoSessions(stage.app);
      await dbDate(stage, 'sessions', 'revoked_at', 'id', idOf(other.cookie), -90 * DAY + restMs);
      await signIn(stage.app, person.email);
      return (await stage.app.db('SELECT 1 FROM sessions WHERE id = $1', [idOf(other.cookie)])).length === 1;
    },
  },
};
