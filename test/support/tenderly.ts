/** Callers and responses in the form of Tenderly's clients. */
import { expect } from '@jest/globals';
import { connect } from 'node:net';
import type { Response, Test } from 'supertest';
import { Actor, type IssuedToken } from './actors.js';
import type { TestApp } from './app.js';

/** Caller with its credential in `X-Access-Key`. */
class KeyHolder extends Actor {
  override call(...args: Parameters<Actor['call']>): Test {
    return new Actor(this.app, null).call(...args).set('X-Access-Key', String(this.credential));
  }
}

export function keyHolder(app: TestApp, { secret }: Pick<IssuedToken, 'secret'>): Actor {
  return new KeyHolder(app, secret);
}

/** Expects exactly this error in Tenderly's format. */
export function tenderlyError(status: number, slug: string): (response: Response) => void {
  return ({ status: got, type, body, headers }) => {
    const id = headers['x-request-id'];
    expect({ status: got, type, body }).toEqual({
      status,
      type: 'application/json',
      body: { error: { id, slug, message: expect.stringMatching(/\S/) } },
    });
  };
}

/** Error without its id: if two are equal, nothing else distinguishes their responses. */
export function anonymousError({ body }: Response): object {
  return { ...(body as { error: object }).error, id: 'one of many' };
}

/** Sends a request unchanged, line by line; HTTP clients would correct it. */
export function sendRaw(app: TestApp, lines: readonly string[], body = ''): Promise<{ status: number; body: unknown }> {
  const { port } = new URL(app.url);
  const length = body === '' ? [] : [`Content-Length: ${String(Buffer.byteLength(body))}`];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`${[...lines, ...length, 'Connection: close', '', ''].join('\r\n')}${body}`);
    });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('end', () => {
      const [head = '', text = ''] = answer.split(/\r\n\r\n(.*)/s);
      resolve({ status: Number(head.split(' ')[1]), body: text === '' ? '' : (JSON.parse(text) as unknown) });
    });
  });
}
