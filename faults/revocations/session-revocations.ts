/** Revocations of sessions. The probes present the session's bearer to instances that have never seen it. */
import { PASSWORD } from '../fixtures.js';
import { requestRevocation } from './revocation-case.js';

const PROFILE = '/api/v1/users/me';

const signedOut = requestRevocation('logout', async ({ fixtures }) => {
  const { credential, cookie } = await fixtures.person();
  return { credential, path: PROFILE, request: { method: 'POST', path: '/api/v1/auth/logout', credential, cookie } };
});

const ended = requestRevocation('session ended', async ({ fixtures }) => {
  const person = await fixtures.person();
  const lost = await fixtures.signIn(person.email);
  const path = `/api/v1/auth/sessions/${sessionIdIn(lost.credential)}`;
  return {
    credential: lost.credential,
    path: PROFILE,
    request: { method: 'DELETE', path, credential: person.credential },
  };
});

const passwordChanged = requestRevocation('password changed', async ({ fixtures }) => {
  const person = await fixtures.person();
  const stolen = await fixtures.signIn(person.email);
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

export const sessionRevocations = [signedOut, ended, passwordChanged];
