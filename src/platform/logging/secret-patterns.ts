/**
 * Secrets where none belongs: people paste tokens into headers and text fields, and clients send them in the wrong header.
 * Pure. What is stored or logged of such text goes through here first (held by test/api/auth/misplaced-secrets.spec.ts).
 */

const REDACTED = '[redacted]';

/** An access token of any brand; docs/token-format.md. */
const ACCESS_TOKEN = '[a-z0-9]{2,12}_(?:pat|org|ver)_[0-9a-z]';

/** A whole one: selector, secret and checksum. */
const WHOLE_ACCESS_TOKEN = new RegExp(`${ACCESS_TOKEN}{65}`, 'gi');

/**
 * In the order of the alternatives: a signed bearer (RFC 7519), also without its signature; an access token from the first
 * character of its secret part on, which follows 16 public ones; and 40 characters that no word interrupts: refresh tokens,
 * mailed secrets (43), keys, and any of these in base64, hex or percent-encoding. Linear in the text.
 */
const SECRET_LIKE = new RegExp(
  [String.raw`eyJ[\w-]{8,}(?:\.[\w-]+){1,2}`, `${ACCESS_TOKEN}{17,}`, '[0-9a-z+/]{40,}={0,2}'].join('|'),
  'gi',
);

/** Forty characters of a secret have more different ones than this in all but one of 10^15 cases, also in hex. */
const FEWEST_SIGNS = 6;

/** For what a machine sends, such as `User-Agent`: everything that may be a secret of this service, or a part of one, is gone. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET_LIKE, (found) => (new Set(found).size < FEWEST_SIGNS ? found : REDACTED));
}

/** For what people write: only whole access tokens are gone, which nothing else looks like. */
export function withoutAccessTokens(text: string): string {
  return text.replace(WHOLE_ACCESS_TOKEN, REDACTED);
}
