/**
 * Calls any route of the route table with harmless, invented parameters, and classifies the guards' decision on the
 * caller.
 */
import { randomUUID } from 'node:crypto';
import type { Test } from 'supertest';
import type { Route } from '../../src/openapi/route-table.js';
import type { Actor } from './actors.js';

export type Outcome = 'credential wanted' | 'credential refused' | 'permission refused' | 'hidden' | 'allowed';

/** Path parameter of an organization or another account. `:accountId` is a ledger account's and unrelated. */
export const PLACE = /:(?:organization|account)\b/;

type Method = Parameters<Actor['call']>[0];

/** Path with this organization (or other account), and with ids that no row has. */
function pathOf(route: Route, organization: string): string {
  return route.path.replace(PLACE, organization).replace(/:[A-Za-z]+/g, () => randomUUID());
}

/** No body is ever valid here: an allowed call changes nothing unless it needs no body at all. */
function callOf(route: Route, actor: Actor, organization: string): Test {
  const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : { unknown: 'property' };
  return actor.call(route.method.toLowerCase() as Method, pathOf(route, organization), body);
}

export async function outcomeOf(route: Route, actor: Actor, organization: string, headers = {}): Promise<Outcome> {
  const { status, body: problem } = await callOf(route, actor, organization).set(headers);
  const { error, code = error?.slug } = problem as { code?: string; error?: { slug?: string } };
  if (code === 'unauthenticated') return 'credential wanted';
  if (code === 'invalid_token') return 'credential refused';
  if (status === 403) return 'permission refused';
  const namesAnObject = route.path.replace(PLACE, '').includes(':');
  return status === 404 && !namesAnObject ? 'hidden' : 'allowed';
}
