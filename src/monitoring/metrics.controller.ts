import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { Public } from '../access-control/requires.decorator.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { MetricsAccessGuard } from './metrics-access.guard.js';
import { MetricsReport } from './metrics-report.service.js';

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly report: MetricsReport) {}

  @Get()
  @Public()
  @UseGuards(MetricsAccessGuard)
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiOperation({
    operationId: 'metrics_read',
    summary: 'Metrics for Prometheus',
    description: 'For the bearer of METRICS_TOKEN; 404 for anybody else.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems(404)
  read(): Promise<string> {
    return this.report.text();
  }
}
