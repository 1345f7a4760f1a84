import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, ForbiddenException, Get, Param, UnauthorizedException } from '@nestjs/common';
import request, { type Test } from 'supertest';
import { AppError } from '../../../../../src/platform/errors/app-error.js';
import { ERROR_CODES, type ErrorCode } from '../../../../../src/platform/errors/error-codes.js';
import { startEdge, type Edge } from '../../../../support/http-edge.js';

const SECRET = 'canary-5f1c';

const THROWN: Record<string, () => unknown> = {
  text: () => SECRET,
  nothing: () => undefined,
  plain: () => new Error(SECRET),
  nested: () =>
    new AppError('internal', { detail: SECRET, cause: new Error('the cause', { cause: new Error('its cause') }) }),
  forbidden: () => new ForbiddenException(SECRET),
  unauthorized: () => new UnauthorizedException(SECRET),
  scope: () => new AppError('insufficient_scope', { neededScope: 'tokens:manage' }),
  limited: () => new AppError('rate_limited', { retryAfterSeconds: 12.2 }),
  statement: () =>
    Object.assign(new Error('the statement is broken'), {
      severity: 'ERROR',
      code: '42601',
      query: `SELECT '${SECRET}'`,
      parameters: [SECRET],
      detail: `Key (email)=(${SECRET}) already exists.`,
      driverError: { detail: SECRET },
    }),
};

@Controller()
class ThrowingController {
  @Get('thrown/:name')
  throwNamed(@Param('name') name: string): never {
    throw THROWN[name]?.() as Error;
  }

  @Get('code/:code')
  throwCode(@Param('code') code: ErrorCode): never {
    throw new AppError(code, { detail: 'What went wrong.' });
  }
}

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge([ThrowingController]);
});

/** What was logged about the request that was answered with these headers. */
function linesOf(headers: Record<string, unknown>): string[] {
  return edge.log.filter((line) => line.includes(String(headers['x-request-id'])));
}

function get(path: string): Test {
  return request(edge.url).get(path);
}

describe('every error code', () => {
  it.each(Object.entries(ERROR_CODES))('%s is answered as a problem', async (code, { status, title }) => {
    const response = await get(`/code/${code}`).expect(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-store');
    const type = `urn:latchkey:problem:${code}`;
    expect(JSON.parse(response.text)).toMatchObject({
      type,
      title,
      status,
      code,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});

describe('a thrown', () => {
  it.each(['text', 'nothing', 'plain', 'nested', 'statement'])('%s is a 500 that tells nothing', async (name) => {
    const response = await get(`/thrown/${name}`).expect(500);
    const { requestId, ...rest } = JSON.parse(response.text) as Record<string, unknown>;
    expect(requestId).toBe(response.headers['x-request-id']);
    expect(rest).toEqual({
      type: 'urn:latchkey:problem:internal',
      title: 'Internal error',
      status: 500,
      code: 'internal',
    });
  });

  it('cause is logged once, with its own cause', async () => {
    const { headers } = await get('/thrown/nested');
    const lines = linesOf(headers).filter((line) => line.includes('the cause'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('its cause');
  });

  it('error of the database is logged once, without its statement, its parameters and what it quotes', async () => {
    const { headers } = await get('/thrown/statement');
    const lines = linesOf(headers).filter((line) => line.includes('"code":"42601"'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the statement is broken');
    expect(lines[0]).not.toContain(SECRET);
  });

  it('exception of the framework keeps its status and loses its message', async () => {
    const forbidden = await get('/thrown/forbidden').expect(403);
    const unauthorized = await get('/thrown/unauthorized').expect(401);
    expect(forbidden.text).toContain('"code":"forbidden"');
    expect(unauthorized.text).toContain('"code":"unauthenticated"');
    expect(forbidden.text + unauthorized.text).not.toContain(SECRET);
    expect(unauthorized.headers['www-authenticate']).toBe('Bearer realm="latchkey"');
  });
});

describe('the challenge', () => {
  it.each([
    ['code/unauthenticated', 'Bearer realm="latchkey"'],
    ['code/invalid_credentials', 'Bearer realm="latchkey"'],
    ['code/invalid_token', 'Bearer realm="latchkey", error="invalid_token"'],
    ['code/ambiguous_credentials', 'Bearer realm="latchkey", error="invalid_request"'],
    ['thrown/scope', 'Bearer realm="latchkey", error="insufficient_scope", scope="tokens:manage"'],
    ['code/insufficient_scope', 'Bearer realm="latchkey", error="insufficient_scope"'],
  ])('of %s is %s', async (path, challenge) => {
    const { headers } = await get(`/${path}`);
    expect(headers['www-authenticate']).toBe(challenge);
  });

  it.each(['forbidden', 'not_found', 'conflict'])('is absent from %s', async (code) => {
    const { headers } = await get(`/code/${code}`);
    expect(headers['www-authenticate']).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it.each([
    ['thrown/limited', '13'],
    ['code/rate_limited', '1'],
    ['code/unavailable', '1'],
  ])('of %s is %s', async (path, seconds) => {
    const { headers } = await get(`/${path}`);
    expect(headers['retry-after']).toBe(seconds);
  });
});
