import { Get } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { CurrentCaller } from '../../auth/current-caller.decorator.js';
import type { Caller } from '../../auth/principal.js';
import { Requires } from '../../policy/requires.decorator.js';
import { PrincipalResponse } from './dto/principal.response.js';
import { principalOf } from './identity.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

@TenderlyController('api/v1/principal')
export class TenderlyPrincipalController {
  @Get()
  @Requires('principal:self')
  @ApiOkResponse({ type: PrincipalResponse })
  get(@CurrentCaller() { principal }: Caller): PrincipalResponse {
    return { principal: principalOf(principal) };
  }
}
