/**
 * The account that runs PostgreSQL, which refuses to run as root. As root, the service runs the server under an
 * unprivileged account that every machine already has; nothing is added to /etc/passwd.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** Spread into spawn options; empty when this process is not root and runs the server itself. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** An existing cluster keeps its owner, whatever accounts were added to the machine since it was created. */
export function serverAccount(clusterDir: string): ServerAccount {
  const self = process.getuid?.();
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return {};
    throw new Error(
      `The database in ${clusterDir} belongs to user id ${owner.uid}, and this process runs as user id ${String(self)}. ` +
        'Start the service as that user (or as root), or give it another DATA_DIR.',
    );
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findAccount('postgres') ?? findAccount('nobody') ?? noAccount();
}

function findAccount(name: string): ServerAccount | null {
  const uid = idOf('-u', name);
  const gid = idOf('-g', name);
  return uid === null || gid === null || uid === 0 ? null : { uid, gid };
}

function idOf(flag: '-u' | '-g', name: string): number | null {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}

function noAccount(): never {
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as. ' +
      'Start the service as an ordinary user, or set DATABASE_URL.',
  );
}
