import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { CurrentCaller, CurrentOrganization } from '../../access-control/current-caller.decorator.js';
import type { OrganizationAccess } from '../../access-control/effective-permissions.js';
import type { Caller } from '../../access-control/principal.js';
import { Requires } from '../../access-control/requires.decorator.js';
import type { Page } from '../../platform/http/pagination.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { InviteRequest, ListInvitationsQuery } from '../dto/invitations.requests.js';
import { InvitationResponse, InvitationsPage } from '../dto/invitations.responses.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('invitations')
@ApiParam({ name: 'organization', description: 'Id or slug.' })
@Controller('api/v1/organizations/:organization/invitations')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Get()
  @ApiOperation({ operationId: 'invitations_list' })
  @Requires('members:manage')
  @ApiOkResponse({ type: InvitationsPage })
  @ApiProblems(404, 422)
  list(
    @CurrentOrganization() access: OrganizationAccess,
    @Query() query: ListInvitationsQuery,
  ): Promise<Page<InvitationResponse>> {
    return this.invitations.list(access.organizationId, query);
  }

  @Post()
  @ApiOperation({ operationId: 'invitations_invite' })
  @Requires('members:manage')
  @ApiCreatedResponse({ type: InvitationResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422, 429)
  invite(
    @CurrentCaller() caller: Caller,
    @CurrentOrganization() access: OrganizationAccess,
    @Body() request: InviteRequest,
  ): Promise<InvitationResponse> {
    return this.invitations.invite(caller, access.organizationId, request);
  }

  @Delete(':invitationId')
  @ApiOperation({ operationId: 'invitations_cancel' })
  @HttpCode(204)
  @Requires('members:manage')
  @ApiNoContentResponse()
  @ApiProblems(404, 409)
  cancel(
    @CurrentCaller() caller: Caller,
    @CurrentOrganization() access: OrganizationAccess,
    @Param('invitationId') invitationId: string,
  ): Promise<void> {
    return this.invitations.cancel(caller, access.organizationId, invitationId);
  }
}
