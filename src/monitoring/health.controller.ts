import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../access-control/requires.decorator.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { ReadinessCheck } from './readiness.check.js';

class HealthResponse {
  @ApiProperty({ enum: ['ok'] }) status!: string;
}

@ApiTags('operations')
@Controller()
export class HealthController {
  constructor(private readonly readiness: ReadinessCheck) {}

  @Get('healthz')
  @Public()
  @ApiOperation({
    operationId: 'health_live',
    summary: 'Whether the process lives',
    description: 'Asks nothing of the database.',
  })
  @ApiOkResponse({ type: HealthResponse })
  live(): HealthResponse {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @ApiOperation({
    operationId: 'health_ready',
    summary: 'Whether requests can be served',
    description: 'The database answers and is up to date.',
  })
  @ApiOkResponse({ type: HealthResponse })
  @ApiProblems(503)
  async ready(): Promise<HealthResponse> {
    await this.readiness.check();
    return { status: 'ok' };
  }
}
