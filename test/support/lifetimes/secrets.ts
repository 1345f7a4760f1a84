/** Expiry of links, invitations and access tokens. */
import { newId } from '../../../src/platform/database/ids.js';
import { Actor, bearing, signUp, uniqueEmail } from '../actors.js';
import { present, tokenBody, tokenPath } from '../tokens.js';
import { until } from '../until.js';
import { DAY, dbExpire, dbInvited, dbMail, dbMakeJobsDue, dbToken, is200, isSent, type Lifetime } from './stage.js';

const VERIFY = '/api/v1/auth/email/verify';
const RESET = '/api/v1/auth/password/reset';
const ACCEPT = '/api/v1/invitations/accept';
const NEW_PASSWORD = 'quite another pass phrase 9';

export const SECRET_LIFETIMES: Readonly<Record<string, Lifetime>> = {
  'a link that proves an address': {
    isAlive: async (stage, restMs) => {
      const secret = await dbMail(stage, await signUp(stage.app), 'verify_email', restMs);
      return is200(new Actor(stage.app, null).post(VERIFY, { token: secret }));
    },
  },
  'a link that resets a password': {
    isAlive: async (stage, restMs) => {
      const secret = await dbMail(stage, await signUp(stage.app), 'reset_password', restMs);
      return is200(new Actor(stage.app, null).post(RESET, { token: secret, newPassword: NEW_PASSWORD }));
    },
  },
  'a link whose mail has not left': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      const id = newId();
      await dbMail(stage, person, 'reset_password', restMs, id);
      return isSent(stage, { to: uniqueEmail('late'), about: { kind: 'account-link', id } });
    },
  },
  'a mail that has not left': {
    isAlive: (stage, restMs) => isSent(stage, { usefulUntil: new Date(stage.now.getTime() + restMs) }),
  },
  'a link, until the next one is mailed': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      const id = newId();
      await dbMail(stage, person, 'reset_password', restMs, id);
      await new Actor(stage.app, null).post('/api/v1/auth/password/forgot', { email: person.email }).expect(202);
      const links = 'SELECT id FROM mailed_secrets WHERE user_id = $1 AND purpose = $2';
      const of = async (): Promise<unknown[]> =>
        (await stage.app.db(links, [person.id, 'reset_password'])).map((row) => row.id);
      await until(async () => (await dbMakeJobsDue(stage.app)) === 0 && (await of()).some((each) => each !== id));
      return (await of()).includes(id);
    },
  },
  'an invitation, accepted': {
    isAlive: async (stage, restMs) => {
      const { person, secret } = await dbInvited(stage, restMs);
      return is200(person.post(ACCEPT, { token: secret }));
    },
  },
  'an invitation, listed as open': {
    isAlive: async (stage, restMs) => {
      const { id } = await dbInvited(stage, restMs);
      const { body } = await stage.cast.owner.get(`${stage.cast.organization.path}/invitations?limit=100`).expect(200);
      return (body as { items: { id: string }[] }).items.some((item) => item.id === id);
    },
  },
  'the token that an invitation was given with': {
    isAlive: async (stage, restMs) => {
      const { cast } = stage;
      const scopes = ['members:manage', 'organization:read', 'members:read', 'tokens:read', 'ledger-accounts:read'];
      const all = [...scopes, 'ledger-accounts:manage', 'ledger-accounts:reveal'];
      const token = await cast.owner.issueOrganizationToken(cast.organization.id, all);
      const { id, person, secret } = await dbInvited(stage, DAY);
      const sql = 'UPDATE invitations SET invited_by = NULL, invited_by_token = $2 WHERE id = $1';
      await stage.app.db(sql, [id, token.token.id]);
      await dbExpire(stage, 'access_tokens', 'id', token.token.id, restMs);
      return is200(person.post(ACCEPT, { token: secret }));
    },
  },
  'an access token, presented': {
    isAlive: async (stage, restMs) => is200(present(bearing(stage.app, await dbToken(stage, 'organization', restMs)))),
  },
  'a personal access token, presented': {
    isAlive: async (stage, restMs) => is200(present(bearing(stage.app, await dbToken(stage, 'personal', restMs)))),
  },
  'an access token, as it is shown': {
    isAlive: async (stage, restMs) => {
      const token = await dbToken(stage, 'organization', restMs);
      const { body } = await stage.cast.owner.get(tokenPath('organization', stage.cast, token)).expect(200);
      return (body as { status: string }).status === 'active';
    },
  },
  'an access token, as it is listed': {
    isAlive: async (stage, restMs) => {
      const { token } = await dbToken(stage, 'organization', restMs);
      const { body } = await stage.cast.owner.get(`${stage.cast.organization.path}/tokens?status=active`).expect(200);
      return (body as { items: { id: string }[] }).items.some(({ id }) => id === token.id);
    },
  },
  'an access token, rotated': {
    isAlive: async (stage, restMs) => {
      const token = await dbToken(stage, 'organization', restMs);
      const body = { expiresAt: null };
      const path = `${tokenPath('organization', stage.cast, token)}/rotate`;
      return (await stage.cast.owner.post(path, body)).status === 201;
    },
  },
  'the expiry that a new access token is given': {
    isAlive: async (stage, restMs) => {
      const expiresAt = new Date(stage.now.getTime() + restMs).toISOString();
      const { status } = await stage.cast.owner.post(
        `${stage.cast.organization.path}/tokens`,
        tokenBody({ expiresAt }),
      );
      return status === 201;
    },
  },
};
