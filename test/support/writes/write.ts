/** One act on a world of mirrored organizations, and what it may write. */
import request, { type Test } from 'supertest';
import { Actor } from '../actors.js';
import type { World } from '../mirrored-organizations.js';

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

export function bearer({ app }: World, { secret }: { readonly secret: string }): Actor {
  return new Actor(app, secret);
}
