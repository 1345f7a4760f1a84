/**
 * Fixtures over HTTP: the people, organizations and credentials of a round. Requests are repeated until a fault is
 * over.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionPool } from './connection-pool.js';
import type { Request } from './connection.js';
import type { Deployment } from './deployment.js';
import { valueOf, type Response } from './http-response.js';

export const PASSWORD = 'a long enough pass phrase 42';
const TIMEOUT_MS = 30_000;

export interface Session {
  readonly credential: string;
  readonly cookie: string;
}

export interface Person extends Session {
  readonly id: string;
  readonly email: string;
}

export interface Organization {
  readonly id: string;
  /** `/api/v1/organizations/<id>` */
  readonly path: string;
  /** Route with the same permission that responds from the principal alone. */
  readonly principalPath: string;
  readonly owner: Person;
}

export interface Token {
  readonly id: string;
  readonly secret: string;
}

export class Fixtures {
  constructor(
    private readonly pool: ConnectionPool,
    private readonly psql: Deployment['psql'],
  ) {}

  async person(): Promise<Person> {
    const email = `person.${randomBytes(8).toString('hex')}@example.test`;
    await this.call({
      method: 'POST',
      path: '/api/v1/auth/register',
      body: { email, password: PASSWORD, name: 'Pat' },
    });
    return this.signIn(email);
  }

  async signIn(email: string): Promise<Person> {
    const response = await this.call({
      method: 'POST',
      path: '/api/v1/auth/login',
      body: { email, password: PASSWORD },
    });
    const { accessToken, user } = JSON.parse(response.body) as { accessToken: string; user: { id: string } };
    const cookie = valueOf(response.headers, 'set-cookie')?.split(';')[0] ?? '';
    return { id: user.id, email, credential: accessToken, cookie };
  }

  async organization(): Promise<Organization> {
    const owner = await this.person();
    const body = { name: 'Acme', slug: `acme-${randomBytes(6).toString('hex')}` };
    const id = await this.create({ method: 'POST', path: '/api/v1/organizations', credential: owner.credential, body });
    return { id, path: `/api/v1/organizations/${id}`, principalPath: `/api/v1/account/${id}/projects`, owner };
  }

  async member(organization: Organization, role: string): Promise<Person> {
    const person = await this.person();
    const insert = 'INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)';
    await this.psql.query(insert, [organization.id, person.id, role]);
    return person;
  }

  organizationToken({ path, owner }: Organization, scopes: readonly string[], fields: object = {}): Promise<Token> {
    return this.token(`${path}/tokens`, owner, scopes, fields);
  }

  personalToken(person: Person, scopes: readonly string[]): Promise<Token> {
    return this.token('/api/v1/users/me/tokens', person, scopes, {});
  }

  /** Returns the response of any instance, repeated while it is 503; throws unless it is a success. */
  async call(request: Request): Promise<Response> {
    const deadline = performance.now() + TIMEOUT_MS;
    for (;;) {
      const connection = this.pool.borrow(this.pool.pick());
      const { response } = await connection.send(request);
      this.pool.giveBack(connection);
      if (response && response.status < 300) return response;
      if ((response && response.status !== 503) || performance.now() > deadline) {
        const said = response ? `${response.status} ${response.body}` : 'nothing';
        throw new Error(`${request.method} ${request.path} answered ${said}`);
      }
      await sleep(50);
    }
  }

  private async token(path: string, { credential }: Person, scopes: readonly string[], fields: object): Promise<Token> {
    const body = { label: 'fault', scopes, expiresAt: null, ...fields };
    const response = await this.call({ method: 'POST', path, credential, body });
    const { secret, token } = JSON.parse(response.body) as { secret: string; token: { id: string } };
    return { id: token.id, secret };
  }

  private async create(request: Request): Promise<string> {
    return (JSON.parse((await this.call(request)).body) as { id: string }).id;
  }
}
