/** Which names of the environment are the service's, which belong to others, and which are a slip of the pen. */
import { editDistance } from './edit-distance.js';
import { SECRET_VARIABLES, variables } from './variables.js';

const OWN: ReadonlySet<string> = new Set([
  ...Object.keys(variables.shape),
  ...SECRET_VARIABLES.map((name) => `${name}_FILE`),
]);

/** What docker-compose.yml of this repository takes from the same `.env`; a unit test compares. */
const COMPOSE_NAMES = ['POSTGRES_PASSWORD', 'DATABASE_PASSWORD'];

/** Of programs that read the same `.env`, or of the process itself. */
const FOREIGN =
  /^(?:COMPOSE_\w+|DOCKER_\w+|BUILDKIT_\w+|npm_\w+|PG[A-Z]+|TZ|LANG|LC_[A-Z]+|NODE_OPTIONS|UV_THREADPOOL_SIZE)$/;

/** Node.js reads it before any file: from `.env` it would silently not count. */
const TOO_LATE = 'NODE_EXTRA_CA_CERTS';

/** Names of other programs that look like ours. */
const LOOKALIKES: ReadonlySet<string> = new Set(['LOGLEVEL', 'DATADIR', 'MAILFROM', 'DASHBOARD_HOST']);

/** A shorter name is too near to too many others. */
const SHORTEST_JUDGED = 8;
const LONG = 12;

/** What is wrong with a name in `.env`, which is the service's own file: everything it does not know. */
export function faultOfDotenvName(name: string): string | null {
  if (OWN.has(name) || COMPOSE_NAMES.includes(name) || FOREIGN.test(name)) return null;
  if (name === TOO_LATE) return `${name} in .env comes too late for Node.js: set it in the environment of the process`;
  return `${name} in .env is no variable of this service${suggestion([...OWN, ...COMPOSE_NAMES], name)}`;
}

/**
 * Names in the environment of the process belong to anybody, so only a near miss of a long name is a fault, and only
 * while the variable itself is missing: a `DATABSE_URL` would start an empty service on the embedded database.
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
  if (name.length < SHORTEST_JUDGED - 1) return null;
  const isMeant = (own: string): boolean =>
    own.length >= SHORTEST_JUDGED && editDistance(own, name.toUpperCase()) <= (own.length >= LONG ? 2 : 1);
  return [...OWN].find((own) => isMeant(own) && !isSet(env, own)) ?? null;
}

/** Under its name or under the name of its file. */
function isSet(env: NodeJS.ProcessEnv, own: string): boolean {
  const name = own.replace(/_FILE$/, '');
  return env[name] !== undefined || env[`${name}_FILE`] !== undefined;
}

/** The nearest known name, when it is near enough to be of help. */
function suggestion(known: readonly string[], name: string): string {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(candidate, name.toUpperCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const [nearest] = ranked;
  const isNear = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(nearest.candidate.length / 4));
  return isNear ? `; was ${nearest.candidate} meant?` : '';
}
