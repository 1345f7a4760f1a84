/**
 * Who may read the metrics: the bearer of METRICS_TOKEN. They hold no secret, but they tell a stranger how busy a service
 * is and when it fails. A loopback peer proves nothing: a proxy on the same host is one, and need not say that it is a proxy.
 */
import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger, type CanActivate, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../../config/app-config.js';
import { credentialOf } from '../credentials/request-credential.js';
import { notFound } from '../platform/errors/app-error.js';

@Injectable()
export class MetricsAccessGuard implements CanActivate, OnModuleInit {
  private readonly logger = new Logger(MetricsAccessGuard.name);

  constructor(private readonly config: AppConfig) {}

  onModuleInit(): void {
    const { dataDir, http } = this.config;
    if (http.isMetricsTokenGenerated)
      this.logger.log(`the token for /metrics lies in ${dataDir}/secrets/metrics-token`);
  }

  canActivate(context: ExecutionContext): boolean {
    const { metricsToken } = this.config.http;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (metricsToken === null || !presents(metricsToken, request)) throw notFound();
    return true;
  }
}

/** Compared in constant time; only the length of the token can be learned from how long it takes. */
function presents(token: string, request: FastifyRequest): boolean {
  const expected = Buffer.from(token);
  const presented = Buffer.from(credentialOf(request.raw) ?? '');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
