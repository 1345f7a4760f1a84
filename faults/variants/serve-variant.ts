/** Serves the real application with one replaced part. Never part of a release. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../../config/app-config.js';
import { loadConfig } from '../../config/env.js';
import { processEnv } from '../../config/process-env.js';
import { createApp } from '../../src/create-app.js';

export async function serveVariant(
  exchange: (app: NestFastifyApplication, config: AppConfig) => Promise<void>,
): Promise<void> {
  const config = loadConfig(processEnv());
  const app = await createApp(config);
  await app.init();
  await exchange(app, config);
  await app.listen(config.http.port, config.http.host);
}
