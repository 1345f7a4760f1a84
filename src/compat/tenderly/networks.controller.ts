import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Public } from '../../access-control/requires.decorator.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

/** Ethereum networks that Tenderly serves: always an empty list. Clients ask with and without a key. */
@TenderlyController('api/v1/public-networks')
export class TenderlyNetworksController {
  @Get()
  @ApiOperation({ operationId: 'tenderlyNetworks_list' })
  @Public()
  @ApiOkResponse({ schema: { type: 'array', maxItems: 0, items: {} } })
  list(): never[] {
    return [];
  }
}
