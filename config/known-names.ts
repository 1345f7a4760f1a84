/** The names of environment variables: the service's own, other programs', and misspelt ones. */
import { SECRET_VARIABLES, variables } from './variables.js';

const OWN: ReadonlySet<string> = new Set([
  ...Object.keys(variables.shape),
  ...SECRET_VARIABLES.map((name) => `${name}_FILE`),
]);

/** Names that this repository's docker-compose.yml reads from the same `.env`; a unit test compares them. */
const COMPOSE_NAMES = ['POSTGRES_PASSWORD', 'DATABASE_PASSWORD'];

/** Names of programs that read the same `.env`, or of the process itself. */
const FOREIGN =
  /^(?:COMPOSE_\w+|DOCKER_\w+|BUILDKIT_\w+|npm_\w+|PG[A-Z]+|TZ|LANG|LC_[A-Z]+|NODE_OPTIONS|UV_THREADPOOL_SIZE)$/;

/** Node.js reads it before any file: in `.env` it would silently have no effect. */
const PROCESS_ONLY = 'NODE_EXTRA_CA_CERTS';

/** Other programs' names that resemble the service's. */
const LOOKALIKES: ReadonlySet<string> = new Set(['LOGLEVEL', 'DATADIR', 'MAILFROM', 'DASHBOARD_HOST']);

/** A shorter name resembles too many others. */
const MIN_COMPARED_LENGTH = 8;
const TWO_ERRORS_LENGTH = 12;

/**
 * Returns the fault of a name in `.env`, or `null`. The file is the service's own, so every unknown name is a fault.
 */
export function faultOfDotenvName(name: string): string | null {
  if (OWN.has(name) || COMPOSE_NAMES.includes(name) || FOREIGN.test(name)) return null;
  if (name === PROCESS_ONLY)
    return `${name} in .env comes too late for Node.js: set it in the environment of the process`;
  return `${name} in .env is no variable of this service${suggestion([...OWN, ...COMPOSE_NAMES], name)}`;
}

/**
 * Returns misspelt names. Other names in the process's environment may belong to any program. So only a near miss of a
 * long name is a fault, and only while the variable itself is missing. A `DATABSE_URL` would start an empty service on
 * the embedded database.
 */
export function misspeltNames(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).flatMap((name) => {
    if (OWN.has(name) || LOOKALIKES.has(name)) return [];
    if (name.startsWith('RATE_LIMIT')) return [`${name} is no variable of this service${suggestion([...OWN], name)}`];
    const meant = nearMiss(env, name);
    return meant === null ? [] : [`${name} is no variable of this service; was ${meant} meant?`];
  });
}

function nearMiss(env: NodeJS.ProcessEnv, name: string): string | null {
  if (name.length < MIN_COMPARED_LENGTH - 1) return null;
  const isMeant = (own: string): boolean =>
    own.length >= MIN_COMPARED_LENGTH &&
    editDistance(own, name.toUpperCase()) <= (own.length >= TWO_ERRORS_LENGTH ? 2 : 1);
  return [...OWN].find((own) => isMeant(own) && !isSet(env, own)) ?? null;
}

/** Whether it is set under its name or under the name of its file. */
function isSet(env: NodeJS.ProcessEnv, own: string): boolean {
  const name = own.replace(/_FILE$/, '');
  return env[name] !== undefined || env[`${name}_FILE`] !== undefined;
}

/** Returns the nearest known name, if it is near enough to help. */
function suggestion(known: readonly string[], name: string): string {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(candidate, name.toUpperCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const [nearest] = ranked;
  const isNear = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(nearest.candidate.length / 4));
  return isNear ? `; was ${nearest.candidate} meant?` : '';
}

/**
 * The number of insertions, deletions, replacements and swaps of neighbours between two texts (optimal string
 * alignment).
 */
function editDistance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1;
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      line[column] = Math.min(
        at(rows, row - 1, column) + 1,
        (line[column - 1] ?? 0) + 1,
        at(rows, row - 1, column - 1) + cost,
        isSwap ? at(rows, row - 2, column - 2) + 1 : Infinity,
      );
    }
    rows.push(line);
  }
  return at(rows, one.length, other.length);
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? Infinity;
}
