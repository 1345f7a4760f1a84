/**
 * The real application with two more routes, twins: the same path parameters, response and request. They differ only in
 * their requirement, so that their difference is the cost of the guards.
 */
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../config/app-config.js';
import { loadConfig } from '../config/env.js';
import { processEnv } from '../config/process-env.js';
import { Public, Requires } from '../src/access-control/requires.decorator.js';
import { AppModule } from '../src/app.module.js';
import { createApp } from '../src/create-app.js';
import { limitHeapGrowth } from '../src/platform/process/v8-heap.js';
import './usage.js';

const ANSWER = { ok: true };

@Controller('bench/:organization')
class BenchController {
  @Get('public')
  @Public()
  open(): object {
    return ANSWER;
  }

  @Get('guarded')
  @Requires('organization:read')
  guarded(): object {
    return ANSWER;
  }
}

@Module({})
class BenchModule {}

/** Serves until its parent process ends it; `exchange` may replace a part first. */
export async function serve(exchange?: (app: NestFastifyApplication, config: AppConfig) => void): Promise<void> {
  limitHeapGrowth();
  const config = loadConfig(processEnv());
  const imports = [AppModule.forConfig(config)];
  const app = await createApp(config, { module: { module: BenchModule, imports, controllers: [BenchController] } });
  await app.init();
  exchange?.(app, config);
  await app.listen(config.http.port, config.http.host);
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
}
