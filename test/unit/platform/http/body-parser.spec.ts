import { beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Delete, Post } from '@nestjs/common';
import request, { type Test } from 'supertest';
import { startEdge, type Edge } from '../../../support/http-edge.js';

@Controller('echo')
class EchoController {
  @Post()
  create(@Body() body: unknown): object {
    return { body: body ?? 'none' };
  }

  @Delete()
  remove(@Body() body: unknown): object {
    return { body: body ?? 'none' };
  }
}

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge([EchoController]);
});

function post(body: string | Buffer, type = 'application/json', headers: Record<string, string> = {}): Test {
  return request(edge.url)
    .post('/echo')
    .set({ 'content-type': type, ...headers })
    .serialize((raw) => raw as never)
    .send(body);
}

function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

describe('a body', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    '\tapplication/json',
  ])('labelled %j is read as JSON', async (type) => {
    const response = await post('{"a":"é"}', type).expect(201);
    expect(response.body).toEqual({ body: { a: 'é' } });
  });

  it.each([
    'application/json; charset=utf-16',
    'application/json garbage',
    'application/json; charset=utf-8 garbage',
    'application/json, text/plain',
    'application/vnd.x+json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('labelled %j is refused', async (type) => {
    const response = await post('{"a":1}', type).expect(415);
    expect(response.body).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('without a label is refused', async () => {
    const response = await fetch(`${edge.url}/echo`, { method: 'POST', body: Buffer.from('{}') });
    expect(response.status).toBe(415);
  });

  it('in a content coding is refused', async () => {
    await post('{}', 'application/json', { 'content-encoding': 'gzip' }).expect(415);
  });

  it('that is empty counts as none, whatever the method', async () => {
    const response = await request(edge.url).delete('/echo').set('content-type', 'application/json').expect(200);
    expect(response.body).toEqual({ body: 'none' });
    await post('').expect(201);
  });

  it.each([
    ['cut short', '{"a":'],
    ['two values', '{}{}'],
    ['a prototype', '{"__proto__":{"x":1}}'],
    ['an escaped prototype', '{"\\u005f_proto__":{"x":1}}'],
    ['a constructor prototype', '{"a":{"constructor":{"prototype":{"x":1}}}}'],
    ['33 levels', nested(33)],
    ['5000 levels', nested(5000)],
    ['5000 open levels', '{"a":'.repeat(5000)],
  ])('with %s is malformed', async (_, body) => {
    const response = await post(body).expect(400);
    expect(response.body).toMatchObject({ code: 'malformed_json' });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('that is not UTF-8 is malformed', async () => {
    await post(Buffer.from([0x22, 0xc3, 0x28, 0x22])).expect(400);
  });

  it('may nest 32 levels, and hold any number of brackets in a string', async () => {
    await post(`{"a":${nested(31)}}`).expect(201);
    await post(JSON.stringify({ a: '[{"\\'.repeat(100) })).expect(201);
  });

  it.each([
    ['NUL in a string', '{"a":"x\\u0000y"}', 'a'],
    ['NUL deep down', '{"a":[{"b":"\\u0000"}]}', 'a[0].b'],
    ['an unpaired surrogate', '{"a":"\\ud800"}', 'a'],
    ['a swapped surrogate pair', '{"a":"\\udc00\\ud800"}', 'a'],
    ['NUL in a key', '{"a":{"\\u0000":1}}', 'a'],
  ])('with %s is refused by the field', async (_, body, field) => {
    const response = await post(body).expect(422);
    expect(response.body).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
  });

  it.each(['[]', '"text"', '1', 'true', 'null'])('that is %s is refused where an object is expected', async (body) => {
    const response = await post(body).expect(422);
    expect(response.body).toMatchObject({ code: 'validation_failed' });
  });

  it('may hold a paired surrogate', async () => {
    await post('{"a":"\\ud83d\\ude00"}').expect(201);
  });

  it('of more than 64 KiB is refused', async () => {
    const overhead = '{"a":""}'.length;
    await post(JSON.stringify({ a: 'x'.repeat(65_536 - overhead) })).expect(201);
    const response = await post(JSON.stringify({ a: 'x'.repeat(65_537 - overhead) })).expect(413);
    expect(response.body).toMatchObject({ code: 'payload_too_large' });
  });

  it('to a route that does not exist is not looked at', async () => {
    await request(edge.url).post('/nowhere').set('content-type', 'text/plain').send('x').expect(404);
  });
});
