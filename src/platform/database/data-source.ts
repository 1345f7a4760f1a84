/** For the TypeORM command line only (`npm run migration:*`); the service makes its own connections. */
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { SessionClient } from './session-client.js';
import { findDatabaseUrl } from '../../../config/database-url.js';
import { processEnv } from '../../../config/process-env.js';

export const dataSource = new DataSource({
  type: 'postgres',
  url: findDatabaseUrl(processEnv()),
  migrations,
  extra: { Client: SessionClient },
});
