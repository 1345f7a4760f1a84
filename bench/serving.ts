/**
 * The real application with two routes more, which answer the same and differ only in what they require. What the
 * guards cost is the difference between them.
 */
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../config/app-config.js';
import { loadConfig } from '../config/env.js';
import { processEnv } from '../config/process-env.js';
import { AppModule } from '../src/app.module.js';
import { createApp } from '../src/app.setup.js';
import { keepHeapTight } from '../src/heap.js';
import { Public, Requires } from '../src/policy/requires.decorator.js';

const ANSWER = { ok: true };

@Controller('bench')
class BenchController {
  @Get('open')
  @Public()
  open(): object {
    return ANSWER;
  }

  @Get(':organization/guarded')
  @Requires('organization:read')
  guarded(): object {
    return ANSWER;
  }
}

@Module({})
class BenchModule {}

/** Serves until the process that started this one ends it; `exchange` may replace something first. */
export async function serve(exchange?: (app: NestFastifyApplication, config: AppConfig) => void): Promise<void> {
  keepHeapTight();
  const config = loadConfig(processEnv());
  const imports = [AppModule.forConfig(config)];
  const app = await createApp(config, { module: { module: BenchModule, imports, controllers: [BenchController] } });
  await app.init();
  exchange?.(app, config);
  await app.listen(config.http.port, config.http.host);
  process.on('message', () => process.send?.(process.memoryUsage()));
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
}
