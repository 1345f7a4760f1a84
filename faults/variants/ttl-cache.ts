/**
 * WRONG ON PURPOSE, for the harness to detect: verdicts are cached for five seconds and cleared when PostgreSQL
 * notifies of a change. This is the best form of the design. Every change notifies, and each notification and each loss
 * of the listening connection clears the whole cache. But a notification may still be on its way.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CredentialVerifier } from '../../src/verification/credential-verifier.service.js';
import type { Verification } from '../../src/verification/verification-outcome.js';
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
  // The key distinguishes tokens from sessions, so an entry is of the kind that was stored under it.
  if (known && known.until > performance.now()) return known.verdict as V;
  const verdict = await verify();
  if (verdict.ok) remembered.set(key, { verdict, until: performance.now() + Math.min(TTL_MS, lifeOf(verdict)) });
  return verdict;
}

/** A verdict is cached no longer than its credential's expiry, so that only revocations detect this variant. */
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
