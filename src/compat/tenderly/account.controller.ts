import { Body, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import type { AccountAccess } from '../../access-control/account-access.js';
import { CurrentAccount, CurrentCaller } from '../../access-control/current-caller.decorator.js';
import type { Caller } from '../../access-control/principal.js';
import { RequiresOnAccount } from '../../access-control/requires.decorator.js';
import { IdParam } from '../../platform/http/id-param.decorator.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { AccountTokensService } from './account-tokens.service.js';
import { TenderlyTokenRequest } from './dto/tenderly.requests.js';
import {
  EMPTY_RESPONSE_SCHEMA,
  TenderlyProjectsResponse,
  TenderlyTokenResponse,
  type EmptyResponse,
} from './dto/tenderly.responses.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

const ACCOUNT = { name: 'account', description: 'An organization’s id or slug, one’s own id or username, or `me`.' };

@TenderlyController('api/v1/account/:account')
export class TenderlyAccountController {
  constructor(private readonly tokens: AccountTokensService) {}

  @Post('token')
  @ApiOperation({ operationId: 'tenderlyAccount_createToken' })
  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage' })
  @ApiParam(ACCOUNT)
  @ApiCreatedResponse({ type: TenderlyTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  createToken(
    @CurrentAccount() account: AccountAccess,
    @CurrentCaller() caller: Caller,
    @Body() { name }: TenderlyTokenRequest,
  ): Promise<TenderlyTokenResponse> {
    return this.tokens.create(account, caller, name);
  }

  @Delete('token/:tokenId')
  @ApiOperation({ operationId: 'tenderlyAccount_deleteToken' })
  @HttpCode(200)
  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage', orTokenItself: true })
  @ApiParam(ACCOUNT)
  @ApiOkResponse({ schema: EMPTY_RESPONSE_SCHEMA })
  @ApiProblems(400, 404, 413, 415)
  deleteToken(
    @CurrentAccount() account: AccountAccess,
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
  ): Promise<EmptyResponse> {
    return this.tokens.delete(account, caller, tokenId);
  }

  @Get('projects')
  @ApiOperation({ operationId: 'tenderlyAccount_listProjects' })
  @RequiresOnAccount('organization:read', { overOneself: 'principal:self' })
  @ApiParam(ACCOUNT)
  @ApiOkResponse({ type: TenderlyProjectsResponse })
  @ApiProblems(404)
  listProjects(): TenderlyProjectsResponse {
    return { projects: [] };
  }
}
