/**
 * The text in the refresh cookie: `<session id>.<family secret>.<secret>`. Pure except for randomness. The secret
 * changes with every refresh; the family secret lasts as long as the session. It proves of *any* earlier token that
 * this service issued it. So a stolen token is recognised however old it is, and a stranger who only knows a session's
 * id proves nothing.
 */
import { isId } from '../platform/database/ids.js';
import { generateOpaqueSecret, hashOpaqueSecret, OPAQUE_SECRET_LENGTH } from './opaque-secret.js';

const LENGTH = 36 + 1 + OPAQUE_SECRET_LENGTH + 1 + OPAQUE_SECRET_LENGTH;
const SECRETS = new RegExp(
  `^[0-9A-Za-z]{${String(OPAQUE_SECRET_LENGTH)}}\\.[0-9A-Za-z]{${String(OPAQUE_SECRET_LENGTH)}}$`,
);

export interface RefreshToken {
  /** The value of the cookie. */
  readonly text: string;
  readonly sessionId: string;
  readonly family: string;
  /** The part that changes with every refresh. */
  readonly secret: string;
  /** SHA-256 of the family secret: 32 bytes. */
  readonly familyHash: Buffer;
  /** SHA-256 of the whole text: 32 bytes. */
  readonly hash: Buffer;
}

export function newRefreshToken(sessionId: string): RefreshToken {
  return joined(sessionId, generateOpaqueSecret(), generateOpaqueSecret());
}

/** Returns a new token of the same family. Random, so that no earlier token reveals anything about it. */
export function successorOf(token: RefreshToken): RefreshToken {
  return withSecret(token, generateOpaqueSecret());
}

/** Returns the token of the same family that has this secret. */
export function withSecret({ sessionId, family }: RefreshToken, secret: string): RefreshToken {
  return joined(sessionId, family, secret);
}

/** Parses a presented cookie. Returns `null` for any text that this service cannot have set. */
export function parseRefreshToken(presented: string | undefined): RefreshToken | null {
  if (presented?.length !== LENGTH || presented[36] !== '.') return null;
  const sessionId = presented.slice(0, 36);
  const secrets = presented.slice(37);
  const [family, secret] = secrets.split('.');
  if (!isId(sessionId) || !SECRETS.test(secrets) || family === undefined || secret === undefined) return null;
  return joined(sessionId, family, secret);
}

function joined(sessionId: string, family: string, secret: string): RefreshToken {
  const text = `${sessionId}.${family}.${secret}`;
  return { text, sessionId, family, secret, familyHash: hashOpaqueSecret(family), hash: hashOpaqueSecret(text) };
}
