import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, CurrentOrganization } from '../access-control/current-caller.decorator.js';
import type { OrganizationAccess } from '../access-control/effective-permissions.js';
import type { Caller } from '../access-control/principal.js';
import { Requires } from '../access-control/requires.decorator.js';
import type { Page } from '../platform/http/pagination.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { AuditEventsService } from './audit-events.service.js';
import { ListAuditEventsQuery } from './dto/audit-events.requests.js';
import { AuditEventResponse, AuditEventsPage } from './dto/audit-events.responses.js';

@ApiTags('audit')
@Controller('api/v1')
export class AuditEventsController {
  constructor(private readonly events: AuditEventsService) {}

  /** Lists the organization's events, newest first. */
  @Get('organizations/:organization/audit-events')
  @ApiOperation({ operationId: 'auditEvents_listOfOrganization' })
  @Requires('audit:read')
  @ApiParam({ name: 'organization', description: 'Id or slug.' })
  @ApiOkResponse({ type: AuditEventsPage })
  @ApiProblems(404, 422)
  listOfOrganization(
    @CurrentOrganization() access: OrganizationAccess,
    @Query() query: ListAuditEventsQuery,
  ): Promise<Page<AuditEventResponse>> {
    return this.events.listOfOrganization(access.organizationId, query);
  }

  /** Lists the events of the caller's own account, newest first: sign-ins, password changes, personal tokens. */
  @Get('users/me/audit-events')
  @ApiOperation({ operationId: 'auditEvents_listOfCaller' })
  @Requires('user:manage')
  @ApiOkResponse({ type: AuditEventsPage })
  @ApiProblems(422)
  listOfCaller(
    @CurrentCaller() caller: Caller,
    @Query() query: ListAuditEventsQuery,
  ): Promise<Page<AuditEventResponse>> {
    return this.events.listOfCaller(caller, query);
  }
}
