/** `npm run migration:run`: applies the migrations, for operators whose service account may not change the schema. */
import { findDatabaseUrl } from '../../config/database-url.js';
import { processEnv } from '../../config/process-env.js';
import { connectionFault } from '../platform/database/connection-faults.js';
import { migrate } from '../platform/database/migrate.js';
import { describeFault } from '../platform/process/start-failure.js';

try {
  const applied = await migrate(findDatabaseUrl(processEnv()));
  process.stdout.write(`${applied.length === 0 ? 'Nothing to migrate.' : `Migrated: ${applied.join(', ')}`}\n`);
} catch (error) {
  process.stderr.write(`migration:run: ${describeFault(connectionFault(error) ?? error)}\n`);
  process.exitCode = 1;
}
