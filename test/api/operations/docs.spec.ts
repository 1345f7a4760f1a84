import { beforeAll, describe, expect, it } from '@jest/globals';
import { Actor } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';

let app: TestApp;
let anonymous: Actor;
beforeAll(async () => {
  app = await sharedApp();
  anonymous = new Actor(app, null);
});

describe('GET /openapi.json', () => {
  it('is an OpenAPI 3.1 document of the routes', async () => {
    const { body } = await anonymous
      .get('/openapi.json')
      .expect(200)
      .expect('content-type', /^application\/json/);
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Latchkey', version: '0.1.0' } });
    expect(body.paths['/api/v1/organizations/{organization}'].get).toMatchObject({
      operationId: 'organizations_get',
      security: [{ bearer: [] }, { 'access-key': [] }],
      'x-permission': 'organization:read',
      'x-credentials': ['session', 'personal-token', 'organization-token'],
    });
    expect(body.paths['/healthz'].get).toMatchObject({ security: [], 'x-permission': null });
  });
});

describe.each(['/docs', '/docs/'])('GET %s', (page) => {
  it('loads scripts and styles from this server only, and all of them are there', async () => {
    const { text, headers } = await anonymous
      .get(page)
      .expect(200)
      .expect('content-type', /^text\/html/);
    const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => String(source));
    expect(sources).toHaveLength(4);
    for (const source of sources) await anonymous.get(new URL(source, app.url + page).pathname).expect(200);
    expect(headers['content-security-policy']).toContain("script-src 'self';style-src 'self';");
  });

  it('has no script or style in the page itself, which its policy would block', async () => {
    const { text } = await anonymous.get(page);
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:/);
  });
});

describe('the docs', () => {
  it('show this document, ask no third party to validate it, and keep no credential', async () => {
    const { text } = await anonymous.get('/docs/start.js').expect(200);
    expect(text).toContain("new URL('../openapi.json', document.currentScript.src)");
    expect(text).toContain('validatorUrl: null');
    expect(text).toContain('persistAuthorization: false');
  });

  it('serve nothing of the library but what the page needs', async () => {
    await anonymous.get('/docs/package.json').expect(404);
    await anonymous.get('/docs/swagger-ui-bundle.js.map').expect(404);
    await anonymous.get('/docs/..%2f..%2fpackage.json').expect(404);
  });

  it('keeps the strict policy of the API on everything else', async () => {
    const { headers } = await anonymous.get('/openapi.json');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe-inline');
  });

  it.each(['/docs', '/docs/', '/docs/swagger-ui.css', '/openapi.json'])(
    'and %s are gone when switched off',
    async (path) => {
      const closed = await startApp({ env: { DOCS_ENABLED: 'false' } });
      await new Actor(closed, null).get(path).expect(404);
    },
  );
});
