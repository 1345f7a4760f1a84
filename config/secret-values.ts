/** The formats of secrets. Refused are examples, repeated bytes, and keys of the wrong kind or length. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { VersionedKey } from './app-config.js';
import { demand, listOf, Refusal, variable } from './variable.js';

const KEY_BYTES = 32;
/** Of 32 random bytes about 30 are distinct. Fewer than 16 are distinct once in 10^14 keys, but in every typed key. */
const MIN_DISTINCT_BYTES = 16;
/** The key in `.env.example`. */
const EXAMPLE_KEY = 'latchkey-example-key-do-not-use!';

/** For hashing and for encryption: 256 random bits each. */
export const serverKeys = variable('<version>:<base64 of 32 bytes>, newest first, separated by commas', (text) => {
  const [first, ...others] = listOf(text, versionedKey);
  demand(first !== undefined);
  const keys: readonly [VersionedKey, ...VersionedKey[]] = [first, ...others];
  if (new Set(keys.map(({ version }) => version)).size < keys.length) throw new Refusal('names a version twice');
  return keys;
});

function versionedKey(entry: string): VersionedKey {
  const [, version = '', base64 = ''] = /^([a-z0-9]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? [];
  const key = Buffer.from(base64, 'base64');
  demand(version !== '' && key.length === KEY_BYTES);
  if (key.toString('latin1') === EXAMPLE_KEY) throw new Refusal('holds the key of .env.example');
  if (new Set(key).size < MIN_DISTINCT_BYTES) throw new Refusal('holds a key that was not made at random');
  return { version, key };
}

export const signingKey = variable('a private key in PEM for P-256 (ES256), of your own', (text): KeyObject => {
  const key = createPrivateKey(text.replaceAll('\\n', '\n'));
  demand(key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1');
  return key;
});

export const bearerSecret = variable('16 to 256 characters of A-Z a-z 0-9 . _ ~ + / - of your own', (text) => {
  demand(/^[\w.~+/-]{16,256}$/.test(text) && !text.includes('example'));
  return text;
});

/**
 * nodemailer reads every option from a URL, and `logger` or `debug` would print passwords and mails with their links.
 */
const SMTP_OPTIONS = /^(?:name|authMethod|requireTLS|ignoreTLS|tls\.\w+)$/;

export const smtpUrl = variable('an smtp or smtps URL', (text) => {
  const url = new URL(text);
  demand(/^smtps?:$/.test(url.protocol) && url.hostname !== '');
  // nodemailer decodes both; an invalid encoding would stop the start with a stack.
  decodeURIComponent(url.username + url.password);
  const options = [...url.searchParams.keys()].filter((name) => !SMTP_OPTIONS.test(name));
  if (options.length > 0)
    throw new Refusal('may only carry the options name, authMethod, requireTLS, ignoreTLS, tls.*');
  return text;
});
