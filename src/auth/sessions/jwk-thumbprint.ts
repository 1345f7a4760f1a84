/** The key id of a public key: its JWK thumbprint (RFC 7638), so that every instance names the same key alike. */
import { createHash, type KeyObject } from 'node:crypto';

/** Returns the base64url SHA-256 over the required members of an EC key, in lexicographic order. */
export function jwkThumbprint(publicKey: KeyObject): string {
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
