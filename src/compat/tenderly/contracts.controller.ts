import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { RequiresOnAccount } from '../../access-control/requires.decorator.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { TenderlyContractsResponse } from './dto/tenderly.responses.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

/** Contracts and wallets of Tenderly's SDK: always an empty list, whatever the project. */
@TenderlyController('api/v2/accounts/:account/projects/:project/accounts')
export class TenderlyContractsController {
  @Get()
  @ApiOperation({ operationId: 'tenderlyContracts_list' })
  @RequiresOnAccount('organization:read', { overOneself: 'principal:self' })
  @ApiParam({ name: 'account', description: 'As in `/api/v1/account`.' })
  @ApiParam({ name: 'project', description: 'Any.' })
  @ApiOkResponse({ type: TenderlyContractsResponse })
  @ApiProblems(404)
  list(): TenderlyContractsResponse {
    return { accounts: [] };
  }
}
