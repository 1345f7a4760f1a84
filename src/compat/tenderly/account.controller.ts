import { Body, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiParam } from '@nestjs/swagger';
import { TokenId } from '../../access-tokens/dto/token-id-param.js';
import { CurrentAccount, CurrentCaller } from '../../auth/current-caller.decorator.js';
import type { Caller } from '../../auth/principal.js';
import { ApiProblems } from '../../errors/api-problems.decorator.js';
import type { AccountAccess } from '../../policy/account-access.js';
import { RequiresOnAccount } from '../../policy/requires.decorator.js';
import { AccountTokensService } from './account-tokens.service.js';
import { CreateTokenRequest } from './dto/create-token.request.js';
import { CreatedTokenResponse } from './dto/created-token.response.js';
import { ProjectsResponse } from './dto/lists.response.js';
import { NOTHING, type Nothing } from './nothing.js';
import { TenderlyController } from './tenderly-controller.decorator.js';

const ACCOUNT = { name: 'account', description: 'An organization’s id or slug, one’s own id or username, or `me`.' };

@TenderlyController('api/v1/account/:account')
export class TenderlyAccountController {
  constructor(private readonly tokens: AccountTokensService) {}

  @Post('token')
  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage' })
  @ApiParam(ACCOUNT)
  @ApiCreatedResponse({ type: CreatedTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  createToken(
    @CurrentAccount() account: AccountAccess,
    @CurrentCaller() caller: Caller,
    @Body() { name }: CreateTokenRequest,
  ): Promise<CreatedTokenResponse> {
    return this.tokens.create(account, caller, name);
  }

  @Delete('token/:tokenId')
  @HttpCode(200)
  @RequiresOnAccount('tokens:manage', { overOneself: 'user:manage', orTokenItself: true })
  @ApiParam(ACCOUNT)
  @ApiOkResponse({ schema: NOTHING })
  @ApiProblems(400, 404, 413, 415)
  deleteToken(
    @CurrentAccount() account: AccountAccess,
    @CurrentCaller() caller: Caller,
    @TokenId() tokenId: string,
  ): Promise<Nothing> {
    return this.tokens.delete(account, caller, tokenId);
  }

  @Get('projects')
  @RequiresOnAccount('organization:read', { overOneself: 'principal:self' })
  @ApiParam(ACCOUNT)
  @ApiOkResponse({ type: ProjectsResponse })
  @ApiProblems(404)
  listProjects(): ProjectsResponse {
    return { projects: [] };
  }
}
