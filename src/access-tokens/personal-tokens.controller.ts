import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../access-control/current-caller.decorator.js';
import { ownerOf } from '../access-control/owner.js';
import type { Caller } from '../access-control/principal.js';
import { Requires } from '../access-control/requires.decorator.js';
import { IdParam } from '../platform/http/id-param.decorator.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { AccessTokensService } from './access-tokens.service.js';
import {
  CreateAccessTokenRequest,
  ListAccessTokensQuery,
  RevokeAccessTokenRequest,
  RevokeAccessTokensRequest,
  RotateAccessTokenRequest,
  UpdateAccessTokenRequest,
} from './dto/access-tokens.requests.js';
import {
  AccessTokenResponse,
  AccessTokensResponse,
  IssuedAccessTokenResponse,
  RevokedAccessTokensResponse,
} from './dto/access-tokens.responses.js';
import { IssuingService } from './issuing.service.js';
import { RevocationService } from './revocation.service.js';

/**
 * Endpoints for a person's own tokens, open to sessions only: a leaked token must neither create tokens nor list its
 * siblings.
 */
@ApiTags('personal tokens')
@Controller('api/v1/users/me/tokens')
export class PersonalTokensController {
  constructor(
    private readonly tokens: AccessTokensService,
    private readonly issuing: IssuingService,
    private readonly revocation: RevocationService,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'personalTokens_list' })
  @Requires('user:manage')
  @ApiOkResponse({ type: AccessTokensResponse })
  @ApiProblems(422)
  async list(@CurrentCaller() caller: Caller, @Query() query: ListAccessTokensQuery): Promise<AccessTokensResponse> {
    return AccessTokensResponse.of(await this.tokens.list(ownerOf(caller), query));
  }

  @Post()
  @ApiOperation({ operationId: 'personalTokens_create' })
  @Requires('user:manage')
  @ApiCreatedResponse({ type: IssuedAccessTokenResponse })
  @ApiProblems(400, 409, 413, 415, 422)
  async create(
    @CurrentCaller() caller: Caller,
    @Body() request: CreateAccessTokenRequest,
  ): Promise<IssuedAccessTokenResponse> {
    return IssuedAccessTokenResponse.of(await this.issuing.issue(ownerOf(caller), caller, request));
  }

  @Get(':tokenId')
  @ApiOperation({ operationId: 'personalTokens_get' })
  @Requires('user:manage')
  @ApiOkResponse({ type: AccessTokenResponse })
  @ApiProblems(404)
  async get(@CurrentCaller() caller: Caller, @IdParam('tokenId') tokenId: string): Promise<AccessTokenResponse> {
    return AccessTokenResponse.of(await this.tokens.get(ownerOf(caller), tokenId));
  }

  @Patch(':tokenId')
  @ApiOperation({ operationId: 'personalTokens_update' })
  @Requires('user:manage')
  @ApiOkResponse({ type: AccessTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async update(
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
    @Body() request: UpdateAccessTokenRequest,
  ): Promise<AccessTokenResponse> {
    return AccessTokenResponse.of(await this.tokens.update(ownerOf(caller), caller, tokenId, request));
  }

  @Delete(':tokenId')
  @ApiOperation({ operationId: 'personalTokens_revoke' })
  @HttpCode(204)
  @Requires('user:manage')
  @ApiNoContentResponse()
  @ApiProblems(400, 404, 413, 415, 422)
  async revoke(
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
    @Body() request: RevokeAccessTokenRequest,
  ): Promise<void> {
    await this.revocation.revoke(ownerOf(caller), caller, tokenId, request.reason ?? null);
  }

  @Post('revoke')
  @ApiOperation({ operationId: 'personalTokens_revokeMany' })
  @HttpCode(200)
  @Requires('user:manage', { onlyRevokes: true })
  @ApiOkResponse({ type: RevokedAccessTokensResponse })
  @ApiProblems(400, 404, 413, 415, 422)
  async revokeMany(
    @CurrentCaller() caller: Caller,
    @Body() request: RevokeAccessTokensRequest,
  ): Promise<RevokedAccessTokensResponse> {
    return { revoked: await this.revocation.revokeMany(ownerOf(caller), caller, request) };
  }

  @Post(':tokenId/rotate')
  @ApiOperation({ operationId: 'personalTokens_rotate' })
  @Requires('user:manage')
  @ApiCreatedResponse({ type: IssuedAccessTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async rotate(
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
    @Body() request: RotateAccessTokenRequest,
  ): Promise<IssuedAccessTokenResponse> {
    return IssuedAccessTokenResponse.of(await this.issuing.rotate(ownerOf(caller), caller, tokenId, request));
  }
}
