/**
 * WRONG ON PURPOSE, for the harness to convict: verdicts are remembered for five seconds and forgotten when PostgreSQL
 * notifies of a change. As good as the design gets: every change notifies, and everything is forgotten each time and
 * whenever the listening connection is lost. But nothing tells whether a notification is still on its way.
 */
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verification } from '../../src/verification/verification-outcome.js';
import { CredentialVerifier } from '../../src/verification/credential-verifier.service.js';
import { serveVariant } from './serve-variant.js';

const TTL_MS = 5_000;
const RECONNECT_MS = 100;

interface Remembered {
  readonly verdict: Verification;
  readonly until: number;
}

const remembered = new Map<string, Remembered>();

await serveVariant(async (app, config) => {
  const verifier = app.get(CredentialVerifier, { strict: false });
  const verifyToken = verifier.verifyToken.bind(verifier);
  const verifySession = verifier.verifySession.bind(verifier);
  verifier.verifyToken = (secret) => cached(secret, () => verifyToken(secret));
  verifier.verifySession = (claims) => cached(JSON.stringify(claims), () => verifySession(claims));
  await listen(config.database.url ?? '');
});

async function cached<V extends Verification>(key: string, verify: () => Promise<V>): Promise<V> {
  const known = remembered.get(key);
  // The key tells tokens from sessions, so what is found under it is of the kind that was put there.
  if (known && known.until > performance.now()) return known.verdict as V;
  const verdict = await verify();
  if (verdict.ok) remembered.set(key, { verdict, until: performance.now() + Math.min(TTL_MS, lifeOf(verdict)) });
  return verdict;
}

/** What expires is not remembered for longer, so that only revocations can convict this variant. */
function lifeOf(verdict: Verification): number {
  const expiresAt = verdict.ok && 'token' in verdict.principal ? verdict.principal.token.expiresAt : null;
  return expiresAt === null ? Infinity : expiresAt.getTime() - Date.now();
}

async function listen(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'latchkey-listener', keepAlive: true });
  client.on('notification', () => remembered.clear());
  client.on('error', () => undefined);
  client.once('end', () => {
    remembered.clear();
    void sleep(RECONNECT_MS).then(() => listen(connectionString));
  });
  await client.connect().catch(() => undefined);
  await client.query('LISTEN authority_changed').catch(() => undefined);
  remembered.clear();
}
