/** One act on a world of mirrored organizations, and what it may write. */
import request, { type Test } from 'supertest';
import { Actor, type Person } from '../actors.js';
import type { World } from '../mirrored-organizations.js';
import { overtaken } from '../overtaken.js';

export interface Write {
  /** What was done before, which counts for nothing. */
  readonly given?: (world: World) => PromiseLike<unknown>;
  /** Answers the response, of a call. */
  readonly act: (world: World) => PromiseLike<unknown>;
  /** The status that is answered, where that is not 200; `undefined` is none. */
  readonly status?: number;
  /** As row-changes.ts writes them. */
  readonly rows?: readonly string[];
  readonly events?: readonly string[];
  readonly mails?: readonly string[];
  /** Where there are events: rows that a transaction without one writes. */
  readonly apart?: readonly string[];
}

/** By what distinguishes one call of the route from another. */
export type Variants = Readonly<Record<string, Write>>;

/** By `<method> <path>`, as the route table has them. */
export type Writes = Readonly<Record<string, Variants>>;

/** A call without a bearer; with this cookie. */
export function call({ app }: World, path: string, body: object, cookie = ''): Test {
  return request(app.url).post(path).set('cookie', cookie).send(body);
}

/** As the admin of organization A, who is made a viewer between the guards and the organization's lock. */
export function demoted(world: World, call: (admin: Person) => PromiseLike<unknown>): Promise<unknown> {
  const sql = `UPDATE memberships SET role = 'viewer' WHERE organization_id = $1 AND user_id = $2`;
  const { app, A, admin } = world;
  return overtaken(app, sql, [A.id, admin.person.id], () => call(admin.person));
}

/** What that leaves, whatever was called. */
export const DEMOTION: Pick<Write, 'rows' | 'apart'> = {
  rows: ['~ membership admin of A: role'],
  apart: ['authority', '~ membership admin of A: role'],
};

export function bearer({ app }: World, { secret }: { readonly secret: string }): Actor {
  return new Actor(app, secret);
}
