import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { CurrentCaller, CurrentOrganization } from '../access-control/current-caller.decorator.js';
import type { OrganizationAccess } from '../access-control/effective-permissions.js';
import type { Caller } from '../access-control/principal.js';
import { Requires } from '../access-control/requires.decorator.js';
import { PageQuery, type Page } from '../platform/http/pagination.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { CreateOrganizationRequest, RenameOrganizationRequest } from './dto/organizations.requests.js';
import { OrganizationResponse, OrganizationsPage } from './dto/organizations.responses.js';
import { OrganizationsService } from './organizations.service.js';

const ORGANIZATION = { name: 'organization', description: 'Id or slug.' };

@ApiTags('organizations')
@Controller('api/v1/organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get()
  @ApiOperation({ operationId: 'organizations_list' })
  @Requires('organization:read')
  @ApiOkResponse({ type: OrganizationsPage })
  @ApiProblems(422)
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<OrganizationResponse>> {
    return this.organizations.list(caller, query);
  }

  @Post()
  @ApiOperation({ operationId: 'organizations_create' })
  @Requires('user:manage', { limit: 'organizations' })
  @ApiCreatedResponse({ type: OrganizationResponse })
  @ApiProblems(400, 409, 413, 415, 422)
  create(@CurrentCaller() caller: Caller, @Body() request: CreateOrganizationRequest): Promise<OrganizationResponse> {
    return this.organizations.create(caller, request);
  }

  @Get(':organization')
  @ApiOperation({ operationId: 'organizations_get' })
  @Requires('organization:read')
  @ApiParam(ORGANIZATION)
  @ApiOkResponse({ type: OrganizationResponse })
  @ApiProblems(404)
  get(@CurrentOrganization() access: OrganizationAccess): Promise<OrganizationResponse> {
    return this.organizations.get(access);
  }

  @Patch(':organization')
  @ApiOperation({ operationId: 'organizations_rename' })
  @Requires('organization:update')
  @ApiParam(ORGANIZATION)
  @ApiOkResponse({ type: OrganizationResponse })
  @ApiProblems(400, 404, 413, 415, 422)
  rename(
    @CurrentCaller() caller: Caller,
    @CurrentOrganization() access: OrganizationAccess,
    @Body() { name }: RenameOrganizationRequest,
  ): Promise<OrganizationResponse> {
    return this.organizations.rename(caller, access, name);
  }

  @Delete(':organization')
  @ApiOperation({ operationId: 'organizations_delete' })
  @HttpCode(204)
  @Requires('organization:delete')
  @ApiParam(ORGANIZATION)
  @ApiNoContentResponse()
  @ApiProblems(404)
  delete(@CurrentCaller() caller: Caller, @CurrentOrganization() access: OrganizationAccess): Promise<void> {
    return this.organizations.delete(caller, access.organizationId);
  }
}
