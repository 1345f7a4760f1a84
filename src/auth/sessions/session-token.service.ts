/**
 * The signed bearer token of a session: a JWT (RFC 7519) in the profile of RFC 9068, ES256, ten minutes. It names only
 * a session. The session's state and its user's permissions are read on every request.
 */
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { createHash, createPublicKey, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import { AppConfig } from '../../../config/app-config.js';
import { isId } from '../../platform/database/ids.js';

const ALGORITHM = 'ES256';
const TYPE = 'at+jwt';
const ISSUER = 'latchkey';
const AUDIENCE = 'latchkey';

export interface SessionClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

@Injectable()
export class SessionTokenService {
  readonly algorithm = ALGORITHM;
  readonly audience = AUDIENCE;
  /** The same for every instance, whatever its address: a session is valid on all of them. */
  readonly issuer = ISSUER;
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;
  private readonly keyId: string;

  constructor(private readonly config: AppConfig) {
    this.privateKey = config.sessions.jwtPrivateKey;
    this.publicKey = createPublicKey(this.privateKey);
    this.keyId = jwkThumbprint(this.publicKey);
  }

  /** The lifetime of a signed token, in seconds. */
  get lifetimeSeconds(): number {
    return this.config.sessions.accessTokenSeconds;
  }

  /** `issuedAt` is by the database's clock: an instance with another clock must accept the token. */
  sign({ userId, sessionId, issuedAt }: Omit<SessionClaims, 'expiresAt'> & { issuedAt: Date }): string {
    return jwt.sign({ sid: sessionId, iat: Math.floor(issuedAt.getTime() / 1000) }, this.privateKey, {
      algorithm: ALGORITHM,
      header: { alg: ALGORITHM, typ: TYPE },
      keyid: this.keyId,
      subject: userId,
      issuer: this.issuer,
      audience: AUDIENCE,
      expiresIn: this.lifetimeSeconds,
      jwtid: randomUUID(),
    });
  }

  /** Whether the header alone is that of a token of this service, before any signature is computed. */
  hasOwnHeader(token: string): boolean {
    const header = jwt.decode(token, { complete: true })?.header;
    // A critical extension must be understood (RFC 7515 section 4.1.11); this service uses none.
    return header?.alg === ALGORITHM && header.typ === TYPE && header.kid === this.keyId && !('crit' in header);
  }

  /**
   * Returns the claims of a payload whose signature, issuer and audience the JWT library has accepted. Returns `null`
   * for a payload that this service never signs (the library accepts an `aud` list). The verifier checks `exp`, by the
   * database's clock.
   */
  claimsOf(payload: unknown): SessionClaims | null {
    if (typeof payload !== 'object' || payload === null) return null;
    const { sub, sid, aud, exp, iat } = payload as Record<string, unknown>;
    if (typeof sub !== 'string' || typeof sid !== 'string' || !isId(sub) || !isId(sid)) return null;
    if (aud !== AUDIENCE || !Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) return null;
    if (Number(exp) - Number(iat) > this.lifetimeSeconds) return null;
    return { userId: sub, sessionId: sid, expiresAt: new Date(Number(exp) * 1000) };
  }

  /**
   * Returns the claims of a token presented outside the guards, expired or not; `null` for a token of another issuer.
   */
  verify(token: string): SessionClaims | null {
    if (!this.hasOwnHeader(token)) return null;
    try {
      const { issuer, publicKey } = this;
      const expected = { issuer, audience: AUDIENCE, ignoreExpiration: true };
      return this.claimsOf(jwt.verify(token, publicKey, { ...expected, algorithms: [ALGORITHM] }));
    } catch {
      return null;
    }
  }

  /** Returns the public key as a JWK Set (RFC 7517), for services that verify a session's bearer token themselves. */
  jwks(): { keys: JsonWebKey[] } {
    const jwk = this.publicKey.export({ format: 'jwk' });
    return { keys: [{ ...jwk, kid: this.keyId, alg: ALGORITHM, use: 'sig' }] };
  }
}

/**
 * Returns a public key's id: its JWK thumbprint (RFC 7638), so that every instance names the same key alike. It is the
 * base64url SHA-256 over the required members of an EC key, in lexicographic order.
 */
function jwkThumbprint(publicKey: KeyObject): string {
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
