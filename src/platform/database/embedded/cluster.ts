/**
 * The files of the embedded database below the data directory, and their creation. A cluster is created in a draft
 * directory and renamed when complete, so an interrupted first start leaves only a draft.
 */
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { locateBinaries } from './binaries.js';
import { endLeftovers } from './leftover-processes.js';
import { serverAccount, type ServerAccount } from './server-account.js';
import { runToEnd } from './server-processes.js';

/** The major version of the embedded package; its files open with no other. */
const MAJOR_VERSION = '18';
const DRAFT_PREFIX = 'postgres.new-';

/** Role and database of the service. The role is no superuser, and the superuser has no password to log in with. */
export const DATABASE = 'latchkey';

export interface Cluster {
  /** PostgreSQL's own files. */
  readonly dir: string;
  /** The service's own files beside `dir`, never readable for the server's account. */
  readonly logFile: string;
  readonly urlFile: string;
  readonly password: string;
  readonly postgres: string;
  readonly account: ServerAccount;
}

/**
 * Returns the cluster in the data directory and creates it if there is none. The caller holds the lock on the data
 * directory.
 */
export async function openCluster(dataDir: string, log: (line: string) => void): Promise<Cluster> {
  const home = join(dataDir, 'postgres');
  const dir = join(home, 'data');
  const account = serverAccount(dir);
  const { initdb, postgres } = locateBinaries(account);
  await removeDrafts(dataDir);
  if (!existsSync(home)) {
    log(`Creating the embedded database in ${home}`);
    const draft = mkdtempSync(join(dataDir, DRAFT_PREFIX));
    create(draft, initdb, postgres, account);
    renameSync(draft, home);
  }
  requireVersion(dir);
  const password = readFileSync(join(home, 'password'), 'utf8').trim();
  return { dir, logFile: join(home, 'server.log'), urlFile: join(home, 'url'), password, postgres, account };
}

async function removeDrafts(dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(DRAFT_PREFIX)) continue;
    // An initdb may have outlived the process that was killed while it ran.
    const draft = join(dataDir, name);
    await endLeftovers(join(draft, 'data'));
    // Once, on a busy machine, a removal beside a dying initdb left files behind without an error.
    while (existsSync(draft)) rmSync(draft, { recursive: true, force: true, maxRetries: 5 });
  }
}

function create(home: string, initdb: string, postgres: string, account: ServerAccount): void {
  const clusterDir = join(home, 'data');
  mkdirSync(clusterDir, { mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) chownSync(clusterDir, account.uid, account.gid);
  runToEnd({
    program: initdb,
    clusterDir,
    account,
    args: [
      '--username=postgres',
      '--auth-local=reject',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      // PostgreSQL's own collation: the same order on every machine, whatever its C library or ICU.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
  });
  const password = randomBytes(32).toString('base64url');
  runToEnd(
    { program: postgres, clusterDir, account, args: ['--single', '-c', 'exit_on_error=on', 'template1'] },
    // Single-user mode takes one statement a line.
    `CREATE ROLE ${DATABASE} LOGIN CREATEDB PASSWORD '${password}';\nCREATE DATABASE ${DATABASE} OWNER ${DATABASE};\n`,
  );
  writeFileSync(join(home, 'password'), `${password}\n`, { mode: 0o600, flush: true });
}

function requireVersion(clusterDir: string): void {
  const file = join(clusterDir, 'PG_VERSION');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  if (version === MAJOR_VERSION) return;
  if (version === null) throw new Error(`${clusterDir} is not a database that this service made.`);
  throw new Error(
    `The database in ${clusterDir} is of PostgreSQL ${version}, and this release embeds ${MAJOR_VERSION}. ` +
      'Dump it with the release that made it and restore it into a new DATA_DIR (docs/operations.md).',
  );
}
