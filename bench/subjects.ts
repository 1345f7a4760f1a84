/** Subjects: the processes measured side by side, and the requests sent to them. */
import type { Environment } from './environment.js';
import type { Subject } from './interleaved-runs.js';
import type { Options } from './options.js';
import type { ServerProcess } from './server-process.js';
import { seedOrganization, seedTokens } from './tokens.js';

type Server = 'service' | 'selectPerRequest' | 'selectPerTurn' | 'empty' | 'peer';

export interface SubjectText {
  readonly name: string;
  readonly server: Server;
  readonly path: string;
  /** Process, route, and its reads and writes, for the page. */
  readonly what: string;
}

const TOKEN = '/api/v1/token';
const GUARDED = '/bench/:organization/guarded';

/** Real routes come first. */
export const SUBJECTS = {
  token: {
    name: 'GET /api/v1/token',
    server: 'service',
    path: TOKEN,
    what: 'the service’s real route that tells what a token is and may do now: the guards, with the fence, and then one SELECT of the token’s row by the request itself; writes nothing (last uses are written every 30 s, in one batch)',
  },
  list: {
    name: 'GET …/tokens',
    server: 'service',
    path: '/api/v1/organizations/:organization/tokens',
    what: 'the service’s real list of an organization’s tokens: the guards, with the fence, and then the first page of 50, read by the request itself; writes nothing',
  },
  health: {
    name: 'GET /healthz',
    server: 'service',
    path: '/healthz',
    what: 'the service’s real public route that does least: no guard and no query; reads and writes nothing',
  },
  tokenSelect: {
    name: 'GET /api/v1/token, SELECT per request',
    server: 'selectPerRequest',
    path: TOKEN,
    what: 'the same application and route with the fence replaced by one prepared SELECT by the selector’s unique index, joined to the organization, for each request, from a pool of 10 (`bench/variants/`); reads its row again in the request, like the real one',
  },
  tokenBatch: {
    name: 'GET /api/v1/token, SELECT per turn',
    server: 'selectPerTurn',
    path: TOKEN,
    what: 'the same with one prepared SELECT `WHERE selector = ANY($1)` for all requests of one turn of the event loop',
  },
  guarded: {
    name: 'synthetic guarded',
    server: 'service',
    path: GUARDED,
    what: 'the service with a route that exists in the benchmark alone and answers `{"ok":true}`: bearer, fence, comparison of the hash, role, scope and permission; reads nothing but what the fence reads, writes nothing',
  },
  open: {
    name: 'synthetic public',
    server: 'service',
    path: '/bench/:organization/public',
    what: 'its twin in the same process: the same path parameter, request and answer, and no guard; reads and writes nothing',
  },
  guardedSelect: {
    name: 'synthetic guarded, SELECT per request',
    server: 'selectPerRequest',
    path: GUARDED,
    what: 'the synthetic guarded route with the prepared SELECT for each request in the fence’s place',
  },
  guardedBatch: {
    name: 'synthetic guarded, SELECT per turn',
    server: 'selectPerTurn',
    path: GUARDED,
    what: 'the synthetic guarded route with the prepared `= ANY($1)` for each turn in the fence’s place',
  },
  peer: {
    name: 'better-auth',
    server: 'peer',
    path: '/guarded',
    what: 'better-auth 1.7.5’s API-key plugin behind a plain Fastify route, on the same PostgreSQL with a pool of 10: it reads the key’s row and **writes to it at each verification** (two UPDATEs, `lastRequest` and `updatedAt`), which its database storage always does. Its rate limits, telemetry and log are off, what it can defer is deferred, and its commits do not wait for the disk (`synchronous_commit = off`)',
  },
  empty: {
    name: 'empty NestJS',
    server: 'empty',
    path: '/open',
    what: 'a NestJS application on Fastify with one route and nothing of ours: no guard, hook or header; reads and writes nothing',
  },
} as const satisfies Record<string, SubjectText>;

export type SubjectKey = keyof typeof SUBJECTS;

/** Starts the processes and returns all subjects, without the peer when it does not take part. */
export async function startSubjects(
  environment: Environment,
  { hasPeer, credentials }: Options,
): Promise<ReadonlyMap<SubjectKey, Subject>> {
  const databaseUrl = await environment.serviceDatabase('routes');
  const organization = await seedOrganization(environment, databaseUrl);
  const tokens = await seedTokens(environment, databaseUrl, organization, credentials, [
    'organization:read',
    'tokens:read',
  ]);
  const secrets = tokens.map(({ secret }) => secret);
  const servers = await startServers(environment, databaseUrl, hasPeer ? credentials : 0);
  const keys = servers.peer ? ((await (await fetch(`${servers.peer.url}/keys`)).json()) as string[]) : [];
  const subjects = new Map<SubjectKey, Subject>();
  for (const [key, { name, server, path }] of Object.entries(SUBJECTS) as [SubjectKey, SubjectText][]) {
    const started = servers[server];
    if (!started) continue;
    const url = started.url + path.replace(':organization', organization);
    subjects.set(key, { name, server: started, url, credentials: () => (server === 'peer' ? keys : secrets) });
  }
  return subjects;
}

async function startServers(
  environment: Environment,
  databaseUrl: string,
  peerKeys: number,
): Promise<Record<Server, ServerProcess | null>> {
  const [service, selectPerRequest, selectPerTurn, empty, peer] = await Promise.all([
    environment.start(databaseUrl, 'bench/serve.ts'),
    environment.start(databaseUrl, 'bench/variants/select-per-request.ts'),
    environment.start(databaseUrl, 'bench/variants/select-per-turn.ts'),
    environment.startOther(environment.entry('bench/variants/empty-application.ts'), {}),
    peerKeys > 0 ? startPeer(environment, peerKeys) : null,
  ]);
  return { service, selectPerRequest, selectPerTurn, empty, peer };
}

async function startPeer(environment: Environment, keys: number): Promise<ServerProcess> {
  const env = { DATABASE_URL: await environment.database('better_auth'), KEYS: String(keys), NODE_ENV: 'production' };
  return environment.startPeer(env);
}
