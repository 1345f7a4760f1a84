import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../../access-control/current-caller.decorator.js';
import type { Caller } from '../../access-control/principal.js';
import { Requires } from '../../access-control/requires.decorator.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { AcceptInvitationRequest } from '../dto/invitations.requests.js';
import { JoinedResponse } from '../dto/memberships.responses.js';
import { InvitationAcceptance } from './invitation-acceptance.service.js';

@ApiTags('invitations')
@Controller('api/v1/invitations')
export class InvitationAcceptanceController {
  constructor(private readonly acceptance: InvitationAcceptance) {}

  @Post('accept')
  @ApiOperation({ operationId: 'invitationAcceptance_accept' })
  @HttpCode(200)
  @Requires('user:manage')
  @ApiOkResponse({ type: JoinedResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  accept(@CurrentCaller() caller: Caller, @Body() { token }: AcceptInvitationRequest): Promise<JoinedResponse> {
    return this.acceptance.accept(caller, token);
  }
}
