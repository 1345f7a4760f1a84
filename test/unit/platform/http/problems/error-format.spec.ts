import { beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty } from '@nestjs/swagger';
import { connect } from 'node:net';
import request, { type Response } from 'supertest';
import { AppError } from '../../../../../src/platform/errors/app-error.js';
import { ApiProblems } from '../../../../../src/platform/http/problems/api-problems.decorator.js';
import { ErrorsFormattedBy, type ErrorFormat } from '../../../../../src/platform/http/problems/error-format.js';
import { TextField } from '../../../../../src/platform/validation/fields.js';
import { startEdge, type Edge } from '../../../../support/http-edge.js';

class FaultResponse {
  @ApiProperty() fault!: string;
}

const FAULT: ErrorFormat = {
  response: FaultResponse,
  of: ({ status, body }) => ({
    status: status === 401 ? 403 : status,
    headers: { 'x-fault': '1' },
    body: faultOf(body),
  }),
};

function faultOf({ code, requestId }: { code: string; requestId: string }): FaultResponse & { requestId: string } {
  return { fault: code, requestId };
}

class LabelRequest {
  @TextField(1, 10) label!: string;
}

@Controller('old/things/:kind')
@ErrorsFormattedBy(FAULT)
class ShapedController {
  @Get('thrown/:code')
  @ApiOperation({ operationId: 'things_fail' })
  @ApiProblems(401, 409)
  fail(@Param('code') code: 'unauthenticated'): never {
    throw new AppError(code);
  }

  @Post()
  @ApiOperation({ operationId: 'things_create' })
  create(@Body() body: LabelRequest): LabelRequest {
    return body;
  }
}

@Controller('old')
class PlainController {
  @Post('thingsome')
  @ApiOperation({ operationId: 'thingsome_create' })
  create(@Body() body: LabelRequest): LabelRequest {
    return body;
  }
}

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge([ShapedController, PlainController]);
});

const post = (path: string, body: string, type = 'application/json'): PromiseLike<Response> =>
  request(edge.url).post(path).set('content-type', type).send(body);

const get = (path: string): PromiseLike<Response> => request(edge.url).get(path);

describe('a controller with a shape for errors', () => {
  it.each([
    ['its own error', 403, 'unauthenticated', () => get('/old/things/a/thrown/unauthenticated')],
    ['an unavailable service', 503, 'unavailable', () => get('/old/things/a/thrown/unavailable')],
    ['validation', 422, 'validation_failed', () => post('/old/things/a', '{}')],
    ['malformed JSON', 400, 'malformed_json', () => post('/old/things/a', '{')],
    ['another media type', 415, 'unsupported_media_type', () => post('/old/things/a', 'label=x', 'text/plain')],
    ['too large a body', 413, 'payload_too_large', () => post('/old/things/a', 'x'.repeat(70_000))],
    ['NUL in the path', 404, 'not_found', () => get('/old/things/a/thrown/%00')],
    ['an unknown method', 404, 'not_found', () => get('/old/things/a')],
    ['an unknown path below it', 404, 'not_found', () => get('/old/things/a/b/c?d')],
    ['a malformed path below it', 400, 'bad_request', () => get('/old/things/%zz')],
    ['an over-long path below it', 404, 'not_found', () => get(`/old/things/${'a'.repeat(300)}/thrown/x`)],
  ])('says %s in its own words', async (_, status, fault, call) => {
    const { headers, body, status: got } = await call();
    expect({ got, body }).toEqual({ got: status, body: { fault, requestId: headers['x-request-id'] } });
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-fault': '1' });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('keeps the headers of the problem', async () => {
    const { headers } = await get('/old/things/a/thrown/unauthenticated');
    expect(headers['www-authenticate']).toBe('Bearer realm="latchkey"');
    expect((await get('/old/things/a/thrown/unavailable')).headers['retry-after']).toBe('1');
  });

  it('shapes what is behind an absolute target, too', async () => {
    const answer = await exchange('GET http://elsewhere.example/old/things/a/b/c HTTP/1.1');
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).toContain('"fault":"not_found"');
  });

  it.each([
    ['beside it', () => post('/old/thingsome', '{}')],
    ['above it', () => get('/old')],
    ['with a similar path', () => get('/old/things2')],
    ['somewhere else', () => get('/nowhere?path=/old/things/a')],
  ])('leaves a route %s as it is', async (_, call) => {
    const { headers, body } = await call();
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ code: expect.any(String) });
  });
});

describe('the OpenAPI document', () => {
  it('describes shaped errors with the status and the body that they have', async () => {
    const { body } = await get('/openapi.json');
    const { responses } = body.paths['/old/things/{kind}/thrown/{code}'].get;
    expect(Object.keys(responses)).toEqual(['403', '404', '409']);
    const schema = { $ref: '#/components/schemas/FaultResponse' };
    expect(responses[403]).toMatchObject({ content: { 'application/json': { schema } } });
    expect(body.components.schemas.FaultResponse).toMatchObject({ required: ['fault'] });
  });
});

/** A request line as it is; HTTP clients would correct it. */
function exchange(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(edge.port, '127.0.0.1', () => {
      socket.write(`${line}\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n`);
    });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('end', () => {
      resolve(answer);
    });
    socket.on('error', reject);
  });
}
