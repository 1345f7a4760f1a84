import { Body, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ME, type AccountAccess } from '../../access-control/account-access.js';
import { CurrentAccount, CurrentCaller } from '../../access-control/current-caller.decorator.js';
import type { Caller } from '../../access-control/principal.js';
import { Requires, RequiresOnAccount } from '../../access-control/requires.decorator.js';
import { IdParam } from '../../platform/http/id-param.decorator.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { AccountTokensService } from './account-tokens.service.js';
import { TenderlyTokenRequest } from './dto/tenderly.requests.js';
import {
  EMPTY_RESPONSE_SCHEMA,
  TenderlyTokenResponse,
  TenderlyUserResponse,
  type EmptyResponse,
} from './dto/tenderly.responses.js';
import { tenderlyUserOf } from './identity.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

@TenderlyController('api/v1/user')
export class TenderlyUserController {
  constructor(private readonly tokens: AccountTokensService) {}

  @Get()
  @ApiOperation({ operationId: 'tenderlyUser_get' })
  @Requires('principal:self')
  @ApiOkResponse({ type: TenderlyUserResponse })
  get(@CurrentCaller() { principal }: Caller): TenderlyUserResponse {
    return { user: tenderlyUserOf(principal) };
  }

  @Post('token')
  @ApiOperation({ operationId: 'tenderlyUser_createToken' })
  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage', account: ME })
  @ApiCreatedResponse({ type: TenderlyTokenResponse })
  @ApiProblems(400, 409, 413, 415, 422)
  createToken(
    @CurrentAccount() account: AccountAccess,
    @CurrentCaller() caller: Caller,
    @Body() { name }: TenderlyTokenRequest,
  ): Promise<TenderlyTokenResponse> {
    return this.tokens.create(account, caller, name);
  }

  @Delete('token/:tokenId')
  @ApiOperation({ operationId: 'tenderlyUser_deleteToken' })
  @HttpCode(200)
  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage', account: ME, orTokenItself: true })
  @ApiOkResponse({ schema: EMPTY_RESPONSE_SCHEMA })
  @ApiProblems(400, 404, 413, 415)
  deleteToken(
    @CurrentAccount() account: AccountAccess,
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
  ): Promise<EmptyResponse> {
    return this.tokens.delete(account, caller, tokenId);
  }
}
