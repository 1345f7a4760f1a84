import { Body, Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../access-control/current-caller.decorator.js';
import type { Caller } from '../access-control/principal.js';
import { Requires } from '../access-control/requires.decorator.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { CurrentTokenService } from './current-token.service.js';
import { RevokeAccessTokenRequest } from './dto/access-tokens.requests.js';
import { PresentedTokenResponse } from './dto/current-token.responses.js';

@ApiTags('presented token')
@Controller('api/v1/token')
export class CurrentTokenController {
  constructor(private readonly presented: CurrentTokenService) {}

  @Get()
  @ApiOperation({ operationId: 'currentToken_describe' })
  @Requires('token:self')
  @ApiOkResponse({ type: PresentedTokenResponse })
  async describe(@CurrentCaller() caller: Caller): Promise<PresentedTokenResponse> {
    return this.presented.describe(caller);
  }

  @Delete()
  @ApiOperation({ operationId: 'currentToken_revoke' })
  @HttpCode(204)
  @Requires('token:self')
  @ApiNoContentResponse()
  @ApiProblems(400, 413, 415, 422)
  async revoke(@CurrentCaller() caller: Caller, @Body() request: RevokeAccessTokenRequest): Promise<void> {
    await this.presented.revoke(caller, request.reason ?? null);
  }
}
