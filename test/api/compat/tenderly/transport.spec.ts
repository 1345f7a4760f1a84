/** Requests as clients behind a proxy setting, and Tenderly's command line, write them. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, type IssuedToken } from '../../../support/actors.js';
import { scene, type Scene } from '../../../support/scene.js';
import { sendRaw, tenderlyError } from '../../../support/tenderly.js';

let cast: Scene;
let issued: IssuedToken;
beforeAll(async () => {
  cast = await scene();
  issued = await cast.owner.issuePersonalToken(['user:read']);
});

const HOST = 'Host: api.tenderly.co';

function key(name = 'x-access-key'): string {
  return `${name}: ${issued.secret}`;
}

function session(): string {
  return `Authorization: Bearer ${String(cast.owner.credential)}`;
}

describe('a request target in absolute form', () => {
  it.each([
    ['https, as through a proxy', 'https://api.tenderly.co/api/v1/user'],
    ['http', 'http://api.tenderly.co/api/v1/user'],
    ['another port', 'https://api.tenderly.co:8443/api/v1/user'],
    ['upper case', 'HTTPS://API.TENDERLY.CO/api/v1/user'],
    ['a query', 'https://api.tenderly.co/api/v1/user?a=b'],
  ])('of %s is answered like any other', async (_, target) => {
    const { status, body } = await sendRaw(cast.app, [`GET ${target} HTTP/1.1`, HOST, key()]);
    expect({ status, body }).toMatchObject({ status: 200, body: { user: { id: cast.owner.id } } });
  });

  it('reaches canonical routes, too', async () => {
    const line = 'GET https://api.tenderly.co/api/v1/users/me HTTP/1.1';
    expect(await sendRaw(cast.app, [line, HOST, key()])).toMatchObject({ status: 200, body: { id: cast.owner.id } });
  });

  it('needs a credential all the same, and hides what is not there', async () => {
    const call = (path: string, ...headers: string[]): Promise<{ status: number }> =>
      sendRaw(cast.app, [`GET https://api.tenderly.co${path} HTTP/1.1`, HOST, ...headers]);
    expect((await call('/api/v1/user')).status).toBe(401);
    expect((await call('/api/v1/user', 'x-access-key: lk_pat_revoked')).status).toBe(401);
    expect((await call(`/api/v1/account/${cast.outsider.id}/projects`, key())).status).toBe(404);
  });
});

describe('the Host header', () => {
  it.each(['api.tenderly.co', 'evil.example:1', '127.0.0.1', 'localhost:99999', 'a b', ''])(
    'of %j changes no answer',
    async (host) => {
      const ask = (name: string): Promise<unknown> =>
        sendRaw(cast.app, ['GET /api/v1/user HTTP/1.1', `Host: ${name}`, key()]);
      expect(await ask(host)).toEqual(await ask('localhost'));
    },
  );

  it('never shows in a mail', async () => {
    const { email } = cast.owner;
    const line = 'POST https://evil.example/api/v1/auth/password/forgot HTTP/1.1';
    await sendRaw(cast.app, [line, 'Host: evil.example', 'Content-Type: application/json'], JSON.stringify({ email }));
    const mail = await cast.app.mails.waitFor(email, ({ text }) => text.includes('/password/reset'));
    expect(mail.text).not.toContain('evil.example');
  });
});

describe('the name of the key’s header', () => {
  it.each(['X-Access-Key', 'x-access-key', 'X-ACCESS-KEY', 'x-AcCeSs-KeY'])('may be spelled %s', async (name) => {
    expect((await sendRaw(cast.app, ['GET /api/v1/user HTTP/1.1', HOST, key(name)])).status).toBe(200);
  });
});

describe('two credentials', () => {
  it('that differ are refused, in Tenderly’s words', async () => {
    const second = await cast.owner.issuePersonalToken(['user:read']);
    for (const other of [`X-Access-Key: ${second.secret}`, `Authorization: Bearer ${second.secret}`]) {
      const { status, body } = await sendRaw(cast.app, ['GET /api/v1/user HTTP/1.1', HOST, key(), other]);
      expect({ status, body }).toMatchObject({ status: 400, body: { error: { slug: 'ambiguous_credentials' } } });
    }
  });

  it('that are the same count as one', async () => {
    const twice = [key(), key('X-Access-Key'), `Authorization: Bearer ${issued.secret}`];
    expect((await sendRaw(cast.app, ['GET /api/v1/user HTTP/1.1', HOST, ...twice])).status).toBe(200);
  });
});

describe('JSON without a Content-Type', () => {
  const post = (path: string, body: object, ...headers: string[]): Promise<{ status: number; body: unknown }> =>
    sendRaw(cast.app, [`POST ${path} HTTP/1.1`, HOST, ...headers], JSON.stringify(body));

  it('is read on these routes', async () => {
    const token = { name: 'CLI access token' };
    expect(await post('/api/v1/account/me/token', token, session())).toMatchObject({ status: 201 });
    expect(await post('/api/v1/user/token', token, session())).toMatchObject({ status: 201 });
    const credentials = { email: cast.owner.email, password: PASSWORD };
    expect(await post('/login/token', credentials)).toMatchObject({
      status: 200,
      body: { secret: expect.any(String) },
    });
  });

  it('is still refused everywhere else', async () => {
    const credentials = { email: cast.owner.email, password: PASSWORD };
    expect(await post('/api/v1/auth/login', credentials)).toMatchObject({ status: 415 });
    const token = { label: 'x', scopes: ['user:read'], expiresAt: null };
    expect(await post('/api/v1/users/me/tokens', token, session())).toMatchObject({ status: 415 });
  });

  it('is parsed as strictly as with one', async () => {
    const lines = ['POST /login/token HTTP/1.1', HOST];
    for (const [body, status] of [
      ['{', 400],
      ['', 422],
      ['[]', 422],
      ['{"__proto__":{}}', 400],
    ] as const) {
      expect((await sendRaw(cast.app, lines, body)).status).toBe(status);
    }
    expect((await sendRaw(cast.app, lines, 'x'.repeat(70_000))).status).toBe(413);
  });

  it('cut short deletes nothing', async () => {
    const { token } = await cast.owner.issuePersonalToken(['user:read']);
    const line = `DELETE /api/v1/user/token/${token.id} HTTP/1.1`;
    expect((await sendRaw(cast.app, [line, HOST, session()], '{')).status).toBe(400);
    expect((await sendRaw(cast.app, [line, HOST, session(), 'Content-Length: 0'])).status).toBe(200);
  });
});

describe('a body with another label', () => {
  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    '%s is refused, in Tenderly’s words',
    async (type) => {
      const call = cast.owner.post('/api/v1/user/token').set('content-type', type).send('name=x');
      await call.expect(tenderlyError(415, 'unsupported_media_type'));
      const body = `email=${cast.owner.email}&password=x`;
      const login = cast.anonymous.post('/login/token').set('content-type', type).send(body);
      await login.expect(tenderlyError(415, 'unsupported_media_type'));
    },
  );
});
