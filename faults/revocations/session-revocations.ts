/** Revocations of sessions. The probes present the session's bearer to instances that have never seen it. */
import { PASSWORD } from '../fixtures.js';
import { requestVerb } from './revocation-case.js';

const PROFILE = '/api/v1/users/me';

const signedOut = requestVerb('logout', async ({ town }) => {
  const { credential, cookie } = await town.person();
  return { credential, path: PROFILE, request: { method: 'POST', path: '/api/v1/auth/logout', credential, cookie } };
});

const ended = requestVerb('session ended', async ({ town }) => {
  const person = await town.person();
  const lost = await town.signIn(person.email);
  const path = `/api/v1/auth/sessions/${sessionIdIn(lost.credential)}`;
  return {
    credential: lost.credential,
    path: PROFILE,
    request: { method: 'DELETE', path, credential: person.credential },
  };
});

const passwordChanged = requestVerb('password changed', async ({ town }) => {
  const person = await town.person();
  const stolen = await town.signIn(person.email);
  const body = { currentPassword: PASSWORD, newPassword: 'quite another pass phrase 17' };
  return {
    credential: stolen.credential,
    path: PROFILE,
    request: { method: 'POST', path: '/api/v1/auth/password/change', credential: person.credential, body },
  };
});

function sessionIdIn(bearer: string): string {
  const payload = Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { sid: string }).sid;
}

export const sessionVerbs = [signedOut, ended, passwordChanged];
