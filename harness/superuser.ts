/**
 * Grants for logical replication in tests: only a role that may set `session_replication_role` can imitate its workers,
 * and the service's role may not.
 */
import { DATABASE, openCluster } from '../src/platform/database/embedded/cluster.js';
import { runToEnd } from '../src/platform/database/embedded/server-processes.js';

/** Grants it in the cluster of this data directory, which must not run: its superuser cannot log in. */
export async function allowReplicationRole(dataDir: string): Promise<void> {
  const { dir, postgres, account } = await openCluster(dataDir, () => undefined);
  const grant = `GRANT SET ON PARAMETER session_replication_role TO ${DATABASE};\n`;
  runToEnd({ program: postgres, clusterDir: dir, account, args: ['--single', 'template1'] }, grant);
}
