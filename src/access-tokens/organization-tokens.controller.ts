import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, CurrentOrganization } from '../access-control/current-caller.decorator.js';
import type { OrganizationAccess } from '../access-control/effective-permissions.js';
import { ownerIn } from '../access-control/owner.js';
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

@ApiTags('organization tokens')
@Controller('api/v1/organizations/:organization/tokens')
export class OrganizationTokensController {
  constructor(
    private readonly tokens: AccessTokensService,
    private readonly issuing: IssuingService,
    private readonly revocation: RevocationService,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'organizationTokens_list' })
  @Requires('tokens:read')
  @ApiOkResponse({ type: AccessTokensResponse })
  @ApiProblems(404, 422)
  async list(
    @CurrentOrganization() access: OrganizationAccess,
    @Query() query: ListAccessTokensQuery,
  ): Promise<AccessTokensResponse> {
    return AccessTokensResponse.of(await this.tokens.list(ownerIn(access), query));
  }

  @Post()
  @ApiOperation({ operationId: 'organizationTokens_create' })
  @Requires('tokens:manage')
  @ApiCreatedResponse({ type: IssuedAccessTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async create(
    @CurrentOrganization() access: OrganizationAccess,
    @CurrentCaller() caller: Caller,
    @Body() request: CreateAccessTokenRequest,
  ): Promise<IssuedAccessTokenResponse> {
    return IssuedAccessTokenResponse.of(await this.issuing.issue(ownerIn(access), caller, request));
  }

  @Get(':tokenId')
  @ApiOperation({ operationId: 'organizationTokens_get' })
  @Requires('tokens:read')
  @ApiOkResponse({ type: AccessTokenResponse })
  @ApiProblems(404)
  async get(
    @CurrentOrganization() access: OrganizationAccess,
    @IdParam('tokenId') tokenId: string,
  ): Promise<AccessTokenResponse> {
    return AccessTokenResponse.of(await this.tokens.get(ownerIn(access), tokenId));
  }

  @Patch(':tokenId')
  @ApiOperation({ operationId: 'organizationTokens_update' })
  @Requires('tokens:manage')
  @ApiOkResponse({ type: AccessTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async update(
    @CurrentOrganization() access: OrganizationAccess,
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
    @Body() request: UpdateAccessTokenRequest,
  ): Promise<AccessTokenResponse> {
    return AccessTokenResponse.of(await this.tokens.update(ownerIn(access), caller, tokenId, request));
  }

  @Delete(':tokenId')
  @ApiOperation({ operationId: 'organizationTokens_revoke' })
  @HttpCode(204)
  @Requires('tokens:manage')
  @ApiNoContentResponse()
  @ApiProblems(400, 404, 413, 415, 422)
  async revoke(
    @CurrentOrganization() access: OrganizationAccess,
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
    @Body() request: RevokeAccessTokenRequest,
  ): Promise<void> {
    await this.revocation.revoke(ownerIn(access), caller, tokenId, request.reason ?? null);
  }

  @Post('revoke')
  @ApiOperation({ operationId: 'organizationTokens_revokeMany' })
  @HttpCode(200)
  @Requires('tokens:manage', { onlyRevokes: true })
  @ApiOkResponse({ type: RevokedAccessTokensResponse })
  @ApiProblems(400, 404, 413, 415, 422)
  async revokeMany(
    @CurrentOrganization() access: OrganizationAccess,
    @CurrentCaller() caller: Caller,
    @Body() request: RevokeAccessTokensRequest,
  ): Promise<RevokedAccessTokensResponse> {
    return { revoked: await this.revocation.revokeMany(ownerIn(access), caller, request) };
  }

  @Post(':tokenId/rotate')
  @ApiOperation({ operationId: 'organizationTokens_rotate' })
  @Requires('tokens:manage')
  @ApiCreatedResponse({ type: IssuedAccessTokenResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  async rotate(
    @CurrentOrganization() access: OrganizationAccess,
    @CurrentCaller() caller: Caller,
    @IdParam('tokenId') tokenId: string,
    @Body() request: RotateAccessTokenRequest,
  ): Promise<IssuedAccessTokenResponse> {
    return IssuedAccessTokenResponse.of(await this.issuing.rotate(ownerIn(access), caller, tokenId, request));
  }
}
