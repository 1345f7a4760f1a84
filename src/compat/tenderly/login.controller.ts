import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentOrigin } from '../../access-control/current-caller.decorator.js';
import type { RequestOrigin } from '../../access-control/principal.js';
import { Public } from '../../access-control/requires.decorator.js';
import { SignInRequest } from '../../auth/sign-in/dto/sign-in.requests.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { TenderlyTokenResponse } from './dto/tenderly.responses.js';
import { PasswordTokensService } from './password-tokens.service.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

@TenderlyController('login/token')
export class TenderlyLoginController {
  constructor(private readonly tokens: PasswordTokensService) {}

  @Post()
  @ApiOperation({ operationId: 'tenderlyLogin_signIn' })
  @HttpCode(200)
  @Public()
  @ApiOkResponse({ type: TenderlyTokenResponse })
  @ApiProblems(400, 401, 409, 413, 415, 422, 429, 503)
  signIn(@Body() request: SignInRequest, @CurrentOrigin() origin: RequestOrigin): Promise<TenderlyTokenResponse> {
    return this.tokens.signIn(request, origin);
  }
}
