/** Sessions as a browser holds them: a cookie that changes with every refresh. */
import request, { type Test } from 'supertest';
import type { Person } from './actors.js';
import type { TestApp } from './app.js';

const REFRESH = '/api/v1/auth/refresh';

export interface Refreshed {
  readonly accessToken: string;
  readonly cookie: string;
}

/** Refreshes with this cookie, at this instance. */
export function refresh(app: TestApp, cookie: string): Test {
  return request(app.url).post(REFRESH).set('cookie', cookie);
}

/** Refreshes and expects success. */
export async function refreshed(app: TestApp, cookie: string): Promise<Refreshed> {
  const response = await refresh(app, cookie).expect(200);
  const { accessToken } = response.body as { accessToken: string };
  return { accessToken, cookie: cookieOf(response.headers) };
}

/** Returns the `Cookie` header that a browser would send after this response. */
export function cookieOf(headers: Record<string, unknown>): string {
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

/** Returns the same cookie with another last character, which was never issued. */
export function forged(cookie: string): string {
  return cookie.slice(0, -1) + (cookie.endsWith('a') ? 'b' : 'a');
}

/** Makes the session's last refresh older by an interval of PostgreSQL. */
export async function dbAgeRefresh(app: TestApp, cookie: string, amount: string): Promise<void> {
  await app.db('UPDATE sessions SET refreshed_at = refreshed_at - $2::interval WHERE id = $1', [idOf(cookie), amount]);
}

/** Returns the id of the session whose refresh token is in this cookie. */
export function idOf(cookie: string): string {
  return cookie.split('=')[1]?.slice(0, 36) ?? '';
}

export async function dbSessionOf(app: TestApp, person: Person): Promise<Record<string, unknown>> {
  const [row] = await app.db('SELECT * FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1', [person.id]);
  if (!row) throw new Error('no session');
  return row;
}
