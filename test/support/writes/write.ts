/** One act on a world of mirrored organizations, and the changes that it may make. */
import request, { type Test } from 'supertest';
import { Actor, type Person } from '../actors.js';
import type { World } from '../mirrored-organizations.js';
import { overtaken } from '../overtaken.js';

export interface Write {
  /** Preparation, whose changes are not compared. */
  readonly given?: (world: World) => PromiseLike<unknown>;
  /** Executes a call and returns its response. */
  readonly act: (world: World) => PromiseLike<unknown>;
  /** Expected status, 200 by default; `undefined` for no response. */
  readonly status?: number;
  /** Rows in the form of row-changes.ts. */
  readonly rows?: readonly string[];
  readonly events?: readonly string[];
  readonly mails?: readonly string[];
  /** When there are events: rows written by a transaction without one. */
  readonly apart?: readonly string[];
}

/** Variants by the difference from other calls of the route. */
export type Variants = Readonly<Record<string, Write>>;

/** Routes as `<method> <path>`, as in the route table. */
export type Writes = Readonly<Record<string, Variants>>;

/** Call without a bearer, with this cookie. */
export function call({ app }: World, path: string, body: object, cookie = ''): Test {
  return request(app.url).post(path).set('cookie', cookie).send(body);
}

/** Call as the admin of organization A, who is made a viewer between the guards and the organization's lock. */
export function demoted(world: World, call: (admin: Person) => PromiseLike<unknown>): Promise<unknown> {
  const sql = `UPDATE memberships SET role = 'viewer' WHERE organization_id = $1 AND user_id = $2`;
  const { app, A, admin } = world;
  return overtaken(app, sql, [A.id, admin.person.id], () => call(admin.person));
}

/** Changes of the demotion itself, whatever was called. */
export const DEMOTION: Pick<Write, 'rows' | 'apart'> = {
  rows: ['~ membership admin of A: role'],
  apart: ['authority', '~ membership admin of A: role'],
};

export function bearer({ app }: World, { secret }: { readonly secret: string }): Actor {
  return new Actor(app, secret);
}
