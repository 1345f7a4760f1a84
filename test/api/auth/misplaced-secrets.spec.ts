/** Secrets that are sent where none belongs are neither stored nor logged. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, PASSWORD, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { problem } from '../../support/problems.js';
import { found, type Organization } from '../../support/scene.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const TOKENS = '/api/v1/users/me/tokens';

describe('a secret in the wrong place', () => {
  const log: string[] = [];
  let app: TestApp;
  let person: Person;
  let organization: Organization;
  let token: string;

  beforeAll(async () => {
    app = await startApp({ env: { LOG_LEVEL: 'trace' }, logSink: { write: (line) => log.push(line) } });
    person = await signUp(app, 'Paula');
    organization = await found(person);
    token = (await person.issuePersonalToken(['user:read'])).secret;
  });

  const secrets: [string, () => Promise<string>][] = [
    ['a personal token', async () => token],
    [
      'an organization token',
      async () => (await person.issueOrganizationToken(organization.id, ['tokens:read'])).secret,
    ],
    ['a token behind a name', async () => `curl/8.1 ${token}`],
    ['a token in base64', async () => Buffer.from(`x:${token}`).toString('base64')],
    ['a token in hex', async () => Buffer.from(token).toString('hex')],
    ['a token with its signs encoded', async () => token.replaceAll('_', '%5F')],
    ['a token after much else', async () => `${'x '.repeat(190)}${token}`],
    ['a bearer', async () => String(person.credential)],
    ['a refresh token', async () => person.cookie.split('=')[1] ?? ''],
    ['a mailed token', async () => tokenOf(await app.mails.waitFor(person.email))],
  ];

  it.each(secrets)('as User-Agent, %s, is in no table, no answer and no log line', async (_, secret) => {
    const agent = await secret();
    const login = { email: person.email, password: PASSWORD };
    await new Actor(app, null).post('/api/v1/auth/login', login).set('user-agent', agent).expect(200);
    await new Actor(app, null).post('/api/v1/auth/login', { ...login, password: 'x' }).set('user-agent', agent);
    await person.post(TOKENS, { label: 'x', scopes: ['user:read'], expiresAt: null }).set('user-agent', agent);
    const rows = await app.db(`SELECT user_agent FROM audit_events UNION ALL SELECT user_agent FROM sessions`);
    const { text } = await person.get('/api/v1/auth/sessions').expect(200);
    const kept = JSON.stringify(rows) + text + log.join('');
    const parts = agent.match(/[0-9A-Za-z]{30,}/g) ?? [];
    expect(parts).not.toHaveLength(0);
    for (const part of parts) expect(kept).not.toContain(part.slice(0, 30));
    expect(log.join('')).toContain('"route":"/api/v1/auth/login"');
    expect(text).toContain('[redacted]');
  });

  it('leaves what clients call themselves as it is', async () => {
    const login = { email: person.email, password: PASSWORD };
    await new Actor(app, null).post('/api/v1/auth/login', login).set('user-agent', BROWSER).expect(200);
    const { body } = await person.get('/api/v1/auth/sessions').expect(200);
    expect(body.items[0].device).toBe(BROWSER);
  });

  it('is refused as a name or a label, which others see', async () => {
    const fields = { scopes: ['user:read'], expiresAt: null };
    await person.post(TOKENS, { ...fields, label: `x ${token}` }).expect(problem(422, 'validation_failed'));
    await person.patch('/api/v1/users/me', { name: token }).expect(problem(422, 'validation_failed'));
    await person.post('/api/v1/organizations', { name: token }).expect(problem(422, 'validation_failed'));
    await person.patch(organization.path, { name: token }).expect(problem(422, 'validation_failed'));
  });

  it('is taken out of the reason of a revocation, which succeeds', async () => {
    const leaked = await person.issuePersonalToken(['user:read']);
    const reason = `${leaked.secret} was in a chat`;
    await person.delete(`${TOKENS}/${leaked.token.id}`, { reason }).expect(204);
    const { body } = await person.get(`${TOKENS}/${leaked.token.id}`).expect(200);
    expect(body).toMatchObject({ status: 'revoked', revokeReason: '[redacted] was in a chat' });
    expect(JSON.stringify(await app.db('SELECT details FROM audit_events'))).not.toContain(leaked.secret);
  });
});
