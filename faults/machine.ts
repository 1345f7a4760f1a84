/** What the numbers were measured on, without anything that changes from day to day. */
import { cpus, totalmem } from 'node:os';
import type { Deployment } from './deployment.js';

export async function describeMachine({ psql, instances }: Deployment): Promise<string> {
  const { rows } = await psql.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const software = `Node ${process.versions.node}, PostgreSQL ${rows[0]?.version ?? '?'}`;
  return `${instances.length} processes, ${cpus().length} cores (${model}), ${memory}, ${software}`;
}
