import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { ERROR_CODES, type ErrorCode } from '../../../src/platform/errors/error-codes.js';
import { bearing } from '../../support/actors.js';
import { scene, type Scene } from '../../support/scene.js';

let cast: Scene;
beforeAll(async () => {
  cast = await scene();
});

const NAME = { name: 'Acme' };
const LARGE = { name: 'x'.repeat(70_000) };

const REFUSALS: [code: ErrorCode, what: string, call: (cast: Scene) => PromiseLike<Response>][] = [
  ['malformed_json', 'no JSON', ({ owner }) => owner.post('/api/v1/organizations').type('json').send('{')],
  ['ambiguous_credentials', 'two', ({ owner }) => owner.get('/api/v1/users/me').set('x-access-key', 'x')],
  ['bad_request', 'a malformed path', ({ owner }) => owner.get('/api/v1/organizations/%zz')],
  ['unauthenticated', 'no credential', ({ anonymous }) => anonymous.get('/api/v1/users/me')],
  ['invalid_token', 'no known one', ({ anonymous }) => anonymous.get('/api/v1/users/me').set('x-access-key', 'x')],
  ['forbidden', 'too low a role', ({ viewer, organization }) => viewer.patch(organization.path, NAME)],
  [
    'insufficient_scope',
    'too few scopes',
    async ({ app, owner }) => {
      const token = await owner.issuePersonalToken(['organization:read']);
      return bearing(app, token).get('/api/v1/users/me');
    },
  ],
  ['not_found', 'an unknown route', ({ owner }) => owner.get('/api/v1/nowhere')],
  ['not_found', 'an unknown method of a route', ({ owner }) => owner.call('put', '/api/v1/users/me', NAME)],
  ['not_found', 'another’s organization', ({ outsider, organization }) => outsider.get(organization.path)],
  [
    'slug_taken',
    'a taken slug',
    ({ owner, organization: { slug } }) => owner.post('/api/v1/organizations', { ...NAME, slug }),
  ],
  ['payload_too_large', 'too much', ({ owner }) => owner.post('/api/v1/organizations', LARGE)],
  ['unsupported_media_type', 'a form', ({ owner }) => owner.post('/api/v1/organizations').type('form').send(NAME)],
  ['validation_failed', 'an unknown field', ({ owner }) => owner.post('/api/v1/organizations', { ...NAME, x: 1 })],
];

describe('a refusal', () => {
  it.each(REFUSALS)('%s, for %s, is a problem and tells nothing else', async (code, _, call) => {
    const { status, title } = ERROR_CODES[code];
    const { headers, body, text } = await call(cast);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const { detail, errors, ...rest } = body as Record<string, unknown>;
    const requestId = headers['x-request-id'];
    expect(rest).toEqual({ type: `urn:latchkey:problem:${code}`, title, status, code, requestId });
    expect(typeof detail === 'string' || detail === undefined).toBe(true);
    expect(Array.isArray(errors)).toBe(status === 422);
    expect(text).not.toMatch(/node_modules|\.js|SELECT|stack|Exception|FST_/);
  });
});
