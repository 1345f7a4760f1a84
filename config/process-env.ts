/** The environment for the configuration: the process's own, completed from `.env`. */
import { lstatSync } from 'node:fs';
import { ConfigError } from './config-error.js';
import { parseDotenv } from './dotenv.js';
import { faultOfDotenvName } from './known-names.js';
import { readTextFile } from './text-file.js';

export interface Environment {
  readonly env: NodeJS.ProcessEnv;
  /** The faults of `.env`. */
  readonly faults: readonly string[];
}

/**
 * Completes the process's environment from `.env` in the working directory; variables already set have priority. An
 * unreadable file is never ignored: without its DATABASE_URL an empty service would start.
 */
export function readEnvironment(path = '.env', env = process.env): Environment {
  // A dangling link exists too, and the operator relies on it.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { env, faults: [] };
  const file = readTextFile(path);
  if ('fault' in file) return { env, faults: [`.env ${file.fault}`] };
  const { values, faults } = parseDotenv(file.text);
  const unknown: string[] = [];
  for (const [name, value] of values) {
    const fault = faultOfDotenvName(name);
    if (fault === null) env[name] ??= value;
    else unknown.push(fault);
  }
  return { env, faults: [...faults, ...unknown] };
}

/** The same for commands beside the service. Throws a ConfigError when `.env` has faults. */
export function processEnv(): NodeJS.ProcessEnv {
  const { env, faults } = readEnvironment();
  if (faults.length > 0) throw new ConfigError(faults);
  return env;
}
