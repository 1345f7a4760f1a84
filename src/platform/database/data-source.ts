/** The data source of the TypeORM command line (`npm run migration:*`). The service creates its own connections. */
import { DataSource } from 'typeorm';
import { findDatabaseUrl } from '../../../config/database-url.js';
import { processEnv } from '../../../config/process-env.js';
import { migrations } from '../../../migrations/index.js';
import { SessionClient } from './session-client.js';

export const dataSource = new DataSource({
  type: 'postgres',
  url: findDatabaseUrl(processEnv()),
  migrations,
  extra: { Client: SessionClient },
});
