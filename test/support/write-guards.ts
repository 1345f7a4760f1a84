/**
 * `npm run guards`: writes src/platform/database/authority-triggers.generated.ts after a new migration, from a database
 * that it migrates.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '../../src/platform/database/embedded/embedded-server.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { GUARDS_FILE, guardsFile } from './guards-file.js';

const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-guards-'));
const server = await EmbeddedServer.start({ dataDir });
try {
  await migrate(server.url);
  writeFileSync(GUARDS_FILE, await guardsFile(server.url));
  process.stdout.write(`wrote ${GUARDS_FILE}\n`);
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
