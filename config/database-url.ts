/** The location of the database. A database on this machine allows generated secrets (decision 0004). */
import ipaddr from 'ipaddr.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { readTextFile } from './text-file.js';
import { demand, Refusal, variable } from './variable.js';

export interface DatabaseLocation {
  readonly url: string;
  /** Loopback address or unix socket. */
  readonly isLocal: boolean;
}

const NOT_ENCODED =
  'must have its user name, password and database percent-encoded (% is %25, / is %2F, # is %23, ? is %3F, @ is %40)';

export const databaseUrl = variable('a postgres:// URL', (text): DatabaseLocation => {
  // The URL parser trims blanks. The driver encodes them, and then connects to another host than the URL names.
  demand(text === text.trim());
  const url = new URL(withHost(text));
  demand(/^postgres(ql)?:$/.test(url.protocol));
  demandEncoding(url);
  // `?host=` has priority over the host before the path, as in libpq.
  const host = url.searchParams.getAll('host').at(-1) ?? decodeURIComponent(url.hostname);
  if (host === '' || host === NO_HOST) throw new Refusal('must name its host, or a socket directory as ?host=/path');
  return { url: text, isLocal: isLocalHost(host.replace(/^\[(.*)\]$/, '$1')) };
});

const NO_HOST = 'no-host.invalid';

/** `user@/database?host=/directory` is a URL for libpq and for the driver, but not for the WHATWG. */
function withHost(text: string): string {
  return text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|:\d+[/?])/, `$1${NO_HOST}`);
}

/**
 * Refuses characters that are not percent-encoded. Such a character ends the password early, and the rest becomes host,
 * port or database. The service would then connect to another host, and report pieces of the password.
 */
function demandEncoding(url: URL): void {
  const { username, password, pathname, search, hash } = url;
  try {
    [username, password, pathname].forEach((part) => decodeURIComponent(part));
  } catch {
    throw new Refusal(NOT_ENCODED);
  }
  const names = [...url.searchParams.keys()];
  if (hash !== '' || pathname.includes('@') || names.some((name) => name.includes('@'))) throw new Refusal(NOT_ENCODED);
  if (search !== '' && names.length === 0) throw new Refusal(NOT_ENCODED);
}

function isLocalHost(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

function fromFile(path: string): string {
  const file = readTextFile(path);
  if ('fault' in file) throw new ConfigError([`DATABASE_URL_FILE names a file that ${file.fault}`]);
  return file.text.trim();
}

/**
 * Returns the URL for the migration commands, which need no other variable: DATABASE_URL, or the running embedded
 * server.
 */
export function findDatabaseUrl(env: NodeJS.ProcessEnv): string {
  if (env.DATABASE_URL !== undefined) return env.DATABASE_URL;
  if (env.DATABASE_URL_FILE !== undefined) return fromFile(env.DATABASE_URL_FILE);
  const file = join(env.DATA_DIR ?? '.latchkey', 'postgres', 'url');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new Error(`Set DATABASE_URL, or start the service with its embedded database (${file} is not there).`, {
      cause,
    });
  }
}
