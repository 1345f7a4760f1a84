import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, CurrentOrganization } from '../access-control/current-caller.decorator.js';
import type { OrganizationAccess } from '../access-control/effective-permissions.js';
import type { Caller } from '../access-control/principal.js';
import { Requires } from '../access-control/requires.decorator.js';
import { PageQuery, type Page } from '../platform/http/pagination.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { ChangeRoleRequest } from './dto/memberships.requests.js';
import { MemberResponse, MembersPage } from './dto/memberships.responses.js';
import { MembershipsService } from './memberships.service.js';

@ApiTags('members')
@ApiParam({ name: 'organization', description: 'Id or slug.' })
@Controller('api/v1/organizations/:organization/members')
export class MembershipsController {
  constructor(private readonly memberships: MembershipsService) {}

  @Get()
  @ApiOperation({ operationId: 'memberships_list' })
  @Requires('members:read')
  @ApiOkResponse({ type: MembersPage })
  @ApiProblems(404, 422)
  list(@CurrentOrganization() access: OrganizationAccess, @Query() query: PageQuery): Promise<Page<MemberResponse>> {
    return this.memberships.list(access.organizationId, query);
  }

  @Patch(':userId')
  @ApiOperation({ operationId: 'memberships_changeRole' })
  @Requires('members:manage')
  @ApiOkResponse({ type: MemberResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  changeRole(
    @CurrentCaller() caller: Caller,
    @CurrentOrganization() access: OrganizationAccess,
    @Param('userId') userId: string,
    @Body() { role }: ChangeRoleRequest,
  ): Promise<MemberResponse> {
    return this.memberships.changeRole(caller, access.organizationId, userId, role);
  }

  /**
   * Declares the weakest permission, because every member may leave. The service demands `members:manage` for removing
   * others.
   */
  @Delete(':userId')
  @ApiOperation({ operationId: 'memberships_remove' })
  @HttpCode(204)
  @Requires('organization:read')
  @ApiNoContentResponse()
  @ApiProblems(404, 409)
  remove(
    @CurrentCaller() caller: Caller,
    @CurrentOrganization() access: OrganizationAccess,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.memberships.remove(caller, access.organizationId, userId);
  }
}
