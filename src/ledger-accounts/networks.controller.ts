import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppConfig } from '../../config/app-config.js';
import { Public } from '../access-control/requires.decorator.js';
import { NetworkResponse, NetworksResponse } from './dto/ledger-accounts.responses.js';
import { ALL_NETWORKS } from './known-networks.js';

@ApiTags('ledger accounts')
@Controller('api/v1/networks')
export class NetworksController {
  constructor(private readonly config: AppConfig) {}

  /** The response is the same for every caller. */
  @Get()
  @ApiOperation({ operationId: 'networks_list' })
  @Public()
  @ApiOkResponse({ type: NetworksResponse })
  list(): NetworksResponse {
    return { items: ALL_NETWORKS.map((name) => NetworkResponse.of(name, this.config.ledger)), nextCursor: null };
  }
}
