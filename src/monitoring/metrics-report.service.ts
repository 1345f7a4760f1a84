/** Report for `/metrics`: this process's metrics, or those of all workers in a cluster. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import cluster from 'node:cluster';
import { AppError } from '../platform/errors/app-error.js';
import { offerMetrics, reportOfAll } from '../platform/process/leader-channel.js';
import { HttpMetrics } from './http-metrics.service.js';

@Injectable()
export class MetricsReport implements OnModuleInit {
  constructor(private readonly metrics: HttpMetrics) {}

  onModuleInit(): void {
    if (cluster.isWorker) offerMetrics(() => this.metrics.registry.getMetricsAsJSON());
  }

  /** Returns Prometheus' text format. Throws `unavailable` when the primary process does not respond. */
  async text(): Promise<string> {
    if (!cluster.isWorker) return this.metrics.registry.metrics();
    const text = await reportOfAll();
    if (text === null) throw new AppError('unavailable', { internal: 'the leader of the workers does not answer' });
    return text;
  }
}
