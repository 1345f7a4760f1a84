import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller } from '../../access-control/current-caller.decorator.js';
import type { Caller } from '../../access-control/principal.js';
import { Requires } from '../../access-control/requires.decorator.js';
import { TenderlyPrincipalResponse } from './dto/tenderly.responses.js';
import { principalOf } from './identity.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

@TenderlyController('api/v1/principal')
export class TenderlyPrincipalController {
  @Get()
  @ApiOperation({ operationId: 'tenderlyPrincipal_get' })
  @Requires('principal:self')
  @ApiOkResponse({ type: TenderlyPrincipalResponse })
  get(@CurrentCaller() { principal }: Caller): TenderlyPrincipalResponse {
    return { principal: principalOf(principal) };
  }
}
