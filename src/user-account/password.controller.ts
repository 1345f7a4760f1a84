import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentOrigin, CurrentSession } from '../access-control/current-caller.decorator.js';
import type { RequestOrigin, SessionPrincipal } from '../access-control/principal.js';
import { Public, Requires } from '../access-control/requires.decorator.js';
import { AcceptedResponse, DONE, DoneResponse } from '../platform/http/action.responses.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { ChangePasswordRequest, ForgotPasswordRequest, ResetPasswordRequest } from './dto/user-account.requests.js';
import { PasswordChangeService } from './password-change.service.js';
import { PasswordResetRequests } from './password-reset-requests.service.js';
import { PasswordResetService } from './password-reset.service.js';
import { Carried, type CarriedSessions } from './request-sessions.pipe.js';

@ApiTags('password')
@Controller('api/v1/auth/password')
export class PasswordController {
  constructor(
    private readonly changes: PasswordChangeService,
    private readonly requests: PasswordResetRequests,
    private readonly resets: PasswordResetService,
  ) {}

  /** Ends all other sessions; personal access tokens stay unless `revokeTokens` is true. */
  @Post('change')
  @ApiOperation({ operationId: 'password_change' })
  @HttpCode(200)
  @Requires('user:manage')
  @ApiOkResponse({ type: DoneResponse })
  @ApiProblems(400, 413, 415, 422, 429)
  async change(
    @CurrentSession() session: SessionPrincipal,
    @Body() request: ChangePasswordRequest,
    @CurrentOrigin() origin: RequestOrigin,
  ): Promise<DoneResponse> {
    await this.changes.change(session, request, origin);
    return DONE;
  }

  @Post('forgot')
  @ApiOperation({ operationId: 'password_forgot' })
  @HttpCode(202)
  @Public()
  @ApiAcceptedResponse({ type: AcceptedResponse })
  @ApiProblems(400, 413, 415, 422, 429, 503)
  forgot(@Body() { email }: ForgotPasswordRequest, @CurrentOrigin() origin: RequestOrigin): Promise<AcceptedResponse> {
    return this.requests.request(email, origin);
  }

  /**
   * Ends all sessions. Personal access tokens stay unless `revokeTokens` is true. They also end when this is the
   * owner's first verification and the request carries no session of the account.
   */
  @Post('reset')
  @ApiOperation({ operationId: 'password_reset' })
  @HttpCode(200)
  @Public()
  @ApiOkResponse({ type: DoneResponse })
  @ApiProblems(400, 413, 415, 422, 503)
  async reset(
    @Body() request: ResetPasswordRequest,
    @Carried() carried: CarriedSessions,
    @CurrentOrigin() origin: RequestOrigin,
  ): Promise<DoneResponse> {
    await this.resets.reset(request, carried, origin);
    return DONE;
  }
}
