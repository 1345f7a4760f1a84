/** Builds the application with its whole HTTP pipeline, for main.ts and for the tests alike. */
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../config/app-config.js';
import { AppModule } from './app.module.js';
import { serveDocs } from './openapi/docs-page.js';
import { parseBodies } from './platform/http/body-parser.js';
import { formattedPaths } from './platform/http/problems/error-format-paths.js';
import { ProblemFilter } from './platform/http/problems/problem.filter.js';
import { checkRequests } from './platform/http/request-checks.js';
import { boundRequestsInFlight } from './platform/http/requests-in-flight.js';
import { registerSecurityHeaders } from './platform/http/security-headers.js';
import { serverOptions } from './platform/http/server-options.js';
import { logRequests, NestLogger, type LogSink } from './platform/logging/logging.js';
import { RequestValidationPipe } from './platform/validation/validation.js';

export interface AppOptions {
  /** Root module; a test may wrap the real one to add to it. */
  readonly module?: DynamicModule;
  readonly logSink?: LogSink;
  /** Builds an application that lists its routes but cannot serve: no provider is created. */
  readonly preview?: boolean;
}

/** Returns the application, initialized but not yet listening. */
export async function createApp(config: AppConfig, options: AppOptions = {}): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(serverOptions(config, options.logSink));
  const server = adapter.getInstance();
  const app = await NestFactory.create<NestFastifyApplication>(options.module ?? AppModule.forConfig(config), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogger(server.log),
    preview: options.preview ?? false,
  });
  server.decorate('formattedPaths', formattedPaths(app));
  logRequests(server);
  await registerSecurityHeaders(app, config.http);
  boundRequestsInFlight(server);
  checkRequests(server);
  parseBodies(server);
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  if (config.http.docsEnabled) serveDocs(app);
  return app;
}
