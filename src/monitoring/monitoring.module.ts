import { Module } from '@nestjs/common';
import { AppliedMigrations } from '../platform/database/applied-migrations.service.js';
import { HealthController } from './health.controller.js';
import { HttpMetrics } from './http-metrics.service.js';
import { MailMetrics } from './mail-metrics.service.js';
import { MetricsReport } from './metrics-report.service.js';
import { MetricsController } from './metrics.controller.js';
import { ReadinessCheck } from './readiness.check.js';

@Module({
  controllers: [HealthController, MetricsController],
  providers: [AppliedMigrations, HttpMetrics, MailMetrics, MetricsReport, ReadinessCheck],
})
export class MonitoringModule {}
