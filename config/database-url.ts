/** Where the database is. Whether it is on this machine decides if missing secrets may be generated (decision 0004). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { ConfigError } from './config-error.js';
import { readTextFile } from './text-file.js';
import { demand, Refusal, variable } from './variable.js';

export interface DatabaseLocation {
  readonly url: string;
  /** Loopback address or unix socket. */
  readonly isLocal: boolean;
}

export const databaseUrl = variable('a postgres:// URL', (text): DatabaseLocation => {
  const url = new URL(text);
  demand(/^postgres(ql)?:$/.test(url.protocol));
  // `?host=` outranks the host before the path, as in libpq.
  const host = url.searchParams.getAll('host').at(-1) ?? decodeURIComponent(url.hostname);
  if (host === '') throw new Refusal('must name its host, or a socket directory as ?host=/path');
  return { url: text, isLocal: isLocalHost(host.replace(/^\[(.*)\]$/, '$1')) };
});

function isLocalHost(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

function fromFile(path: string): string {
  const file = readTextFile(path);
  if ('fault' in file) throw new ConfigError([`DATABASE_URL_FILE names a file that ${file.fault}`]);
  return file.text.trim();
}

/** For the migration commands, which need no other variable: DATABASE_URL, or the embedded server while it runs. */
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
