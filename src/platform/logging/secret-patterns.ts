/**
 * Patterns of misplaced secrets: people paste tokens into headers and text fields, and clients send them in the wrong
 * header. Pure. Such text is cleaned before it is stored or logged (tested by test/api/auth/misplaced-secrets.spec.ts).
 */

const REDACTED = '[redacted]';

/** An access token of any prefix; docs/token-format.md. */
const ACCESS_TOKEN = '[a-z0-9]{2,12}_(?:pat|org|ver)_[0-9a-z]';

/** A whole access token: selector, secret and checksum. */
const WHOLE_ACCESS_TOKEN = new RegExp(`${ACCESS_TOKEN}{65}`, 'gi');

/**
 * The alternatives in order, all linear in the text:
 * - A signed bearer token (RFC 7519), also without its signature.
 * - An access token from the first character of its secret part, which follows 16 public ones.
 * - At least 40 characters without a word break: refresh tokens, mailed secrets (43), keys, and each of these in
 *   base64, hex or percent-encoding.
 */
const SECRET_LIKE = new RegExp(
  [String.raw`eyJ[\w-]{8,}(?:\.[\w-]+){1,2}`, `${ACCESS_TOKEN}{17,}`, '[0-9a-z+/]{40,}={0,2}'].join('|'),
  'gi',
);

/** In all but one of 10^15 cases, 40 characters of a secret have more distinct ones than this, also in hex. */
const MIN_DISTINCT_CHARACTERS = 6;

/**
 * Cleans text sent by a machine, such as `User-Agent`: removes every possible secret of this service, or part of one.
 */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET_LIKE, (found) => (new Set(found).size < MIN_DISTINCT_CHARACTERS ? found : REDACTED));
}

/** Cleans text written by people: removes only whole access tokens, which no other text resembles. */
export function withoutAccessTokens(text: string): string {
  return text.replace(WHOLE_ACCESS_TOKEN, REDACTED);
}
