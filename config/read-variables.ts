/** The conversion of the environment into checked values, with all faults collected. */
import { crossSiteDashboard } from './addresses.js';
import { misspeltNames } from './known-names.js';
import { missingNetworks } from './ledger.js';
import { OPTIONAL_SECRET, SECRET_FILES, type GeneratedSecret } from './secrets.js';
import { readTextFile } from './text-file.js';
import { SECRET_VARIABLES, variables, type Variables } from './variables.js';

export interface ReadVariables {
  /** Complete when there are no faults. */
  readonly values: Partial<Variables>;
  readonly faults: readonly string[];
}

/** Checks each variable on its own, so that one fault does not hide others. */
export function readVariables(env: NodeJS.ProcessEnv): ReadVariables {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, schema] of Object.entries(variables.shape)) {
    const { text, fault } = textOf(env, name);
    const result = schema.safeParse(text);
    if (fault !== undefined) faults.push(fault);
    else if (result.success) values[name] = result.data;
    else faults.push(...result.error.issues.map(({ message }) => `${name} ${message}`));
  }
  const read = values as Partial<Variables>;
  return {
    values: read,
    faults: [
      ...faults,
      ...misspeltNames(env),
      ...missingSecrets(env, read),
      ...weakHashing(read),
      ...missingNetworks(env, read),
      ...crossSiteDashboard(read),
    ],
  };
}

function textOf(env: NodeJS.ProcessEnv, name: string): { text?: string | undefined; fault?: string } {
  const file = SECRET_VARIABLES.includes(name) ? env[`${name}_FILE`] : undefined;
  if (file === undefined) return { text: env[name] };
  if (env[name] !== undefined) return { fault: `${name} and ${name}_FILE must not both be set` };
  const read = readTextFile(file);
  return 'fault' in read ? { fault: `${name}_FILE names a file that ${read.fault}` } : { text: read.text.trim() };
}

/**
 * Decision 0004: secrets are generated only for a database on this machine, and never for a configured one in
 * production.
 */
export function generatesSecrets({ DATABASE_URL, NODE_ENV }: Partial<Variables>): boolean {
  return DATABASE_URL === undefined || (DATABASE_URL.isLocal && NODE_ENV !== 'production');
}

function missingSecrets(env: NodeJS.ProcessEnv, read: Partial<Variables>): string[] {
  if (generatesSecrets(read)) return [];
  return (Object.keys(SECRET_FILES) as GeneratedSecret[])
    .filter((name) => name !== OPTIONAL_SECRET)
    .filter((name) => env[name] === undefined && env[`${name}_FILE`] === undefined)
    .map((name) => `${name} must be set: it is generated only for a database on this machine outside of production`);
}

function weakHashing({ PASSWORD_BCRYPT_COST, NODE_ENV }: Partial<Variables>): string[] {
  const isWeak = PASSWORD_BCRYPT_COST !== undefined && PASSWORD_BCRYPT_COST < 10 && NODE_ENV !== 'test';
  return isWeak ? ['PASSWORD_BCRYPT_COST must be at least 10 outside of tests'] : [];
}
