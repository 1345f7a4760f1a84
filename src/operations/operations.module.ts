import { Module } from '@nestjs/common';
import { AppliedMigrations } from '../database/applied-migrations.js';
import { HealthController } from './health.controller.js';
import { HttpMetrics } from './http-metrics.js';
import { MailMetrics } from './mail-metrics.js';
import { MetricsAccessGuard } from './metrics-access.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsReport } from './metrics-report.js';
import { ReadinessCheck } from './readiness.js';

@Module({
  controllers: [HealthController, MetricsController],
  providers: [AppliedMigrations, HttpMetrics, MailMetrics, MetricsAccessGuard, MetricsReport, ReadinessCheck],
})
export class MonitoringModule {}
