/** Actors of a test: people and tokens. Each one calls the service over HTTP with its own credential. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response, type Test } from 'supertest';
import type { TestApp } from './app.js';

export const PASSWORD = 'a long enough pass phrase 42';
const MAX_WAIT_MS = 40_000;

export interface IssuedToken {
  readonly secret: string;
  readonly token: { readonly id: string; readonly label: string; readonly scopes: string[] };
}

/** Caller of the service with one credential or none. */
export class Actor {
  constructor(
    readonly app: TestApp,
    readonly credential: string | null,
  ) {}

  get(path: string): Test {
    return this.call('get', path);
  }

  post(path: string, body?: object): Test {
    return this.call('post', path, body);
  }

  patch(path: string, body?: object): Test {
    return this.call('patch', path, body);
  }

  delete(path: string, body?: object): Test {
    return this.call('delete', path, body);
  }

  call(method: 'get' | 'post' | 'patch' | 'put' | 'delete', path: string, body?: object): Test {
    const call = request(this.app.url)[method](path);
    if (this.credential !== null) call.set('authorization', `Bearer ${this.credential}`);
    return body === undefined ? call : call.send(body);
  }

  /** The same caller at another instance of the service. */
  at(app: TestApp): Actor {
    return new Actor(app, this.credential);
  }
}

/** Signed-in person. */
export class Person extends Actor {
  constructor(
    app: TestApp,
    credential: string,
    readonly id: string,
    readonly email: string,
    readonly name: string,
    /** `Cookie` header that refreshes this session. */
    readonly cookie: string,
  ) {
    super(app, credential);
  }

  async issuePersonalToken(scopes: readonly string[], fields: object = {}): Promise<IssuedToken> {
    const body = { label: 'laptop', scopes, expiresAt: null, ...fields };
    const response = await this.post('/api/v1/users/me/tokens', body).expect(201);
    return response.body as IssuedToken;
  }

  async issueOrganizationToken(organization: string, scopes: readonly string[], fields = {}): Promise<IssuedToken> {
    const body = { label: 'deploy', scopes, expiresAt: null, ...fields };
    const response = await this.post(`/api/v1/organizations/${organization}/tokens`, body).expect(201);
    return response.body as IssuedToken;
  }
}

/** Returns a caller with this token. */
export function bearing(app: TestApp, { secret }: Pick<IssuedToken, 'secret'>): Actor {
  return new Actor(app, secret);
}

export function uniqueEmail(name = 'person'): string {
  return `${name}.${randomBytes(6).toString('hex')}@example.test`;
}

/** Registers a new person and signs them in. */
export async function signUp(app: TestApp, name = 'Person', email = uniqueEmail()): Promise<Person> {
  await postWhenAvailable(app, '/api/v1/auth/register', { email, password: PASSWORD, name }, 202);
  return signIn(app, email, name);
}

/** Signs in over HTTP to a new account, a copy of another account's row, because registering is slow. */
export async function dbSignUp(app: TestApp, like: Person, name = 'Copy'): Promise<Person> {
  const email = uniqueEmail();
  await app.db(
    `INSERT INTO users (id, email, email_key, name, password_hash)
    SELECT gen_random_uuid(), $2, $2, $3, password_hash FROM users WHERE id = $1`,
    [like.id, email, name],
  );
  return signIn(app, email, name);
}

/** Opens a session for a registered person. */
export async function signIn(app: TestApp, email: string, name = 'Person', password = PASSWORD): Promise<Person> {
  const response = await postWhenAvailable(app, '/api/v1/auth/login', { email, password }, 200);
  const { accessToken, user } = response.body as { accessToken: string; user: { id: string } };
  const cookie = String(response.headers['set-cookie']).split(';')[0] ?? '';
  return new Person(app, accessToken, user.id, email, name, cookie);
}

/**
 * Repeats a request while the service is unavailable. Preparing a test is no promise under test. On a busy machine
 * opening a database connection may take longer than a request waits for one.
 */
async function postWhenAvailable(app: TestApp, path: string, body: object, expected: number): Promise<Response> {
  const deadline = Date.now() + MAX_WAIT_MS;
  for (;;) {
    const response = await new Actor(app, null).post(path, body);
    if (response.status === expected) return response;
    if (response.status !== 503 || Date.now() > deadline) {
      throw new Error(`${path} answered ${String(response.status)} ${response.text}`);
    }
    await sleep(100);
  }
}

/** Verifies a person's address without the mail, which has its own specs. */
export async function dbVerifyEmail(...people: readonly Person[]): Promise<void> {
  for (const { app, id } of people) {
    await app.db('UPDATE users SET email_verified_at = clock_timestamp() WHERE id = $1', [id]);
  }
}
