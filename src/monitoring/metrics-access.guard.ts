/**
 * Access to the metrics: the bearer of METRICS_TOKEN. Metrics contain no secret, but tell a stranger how busy a service
 * is and when it fails. A loopback peer is no proof, because a proxy on the same host is one and need not announce
 * itself.
 */
import { Injectable, Logger, type CanActivate, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
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

/** Compares the token in constant time. The duration reveals only the token's length. */
function presents(token: string, request: FastifyRequest): boolean {
  const expected = Buffer.from(token);
  const presented = Buffer.from(credentialOf(request.raw) ?? '');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
