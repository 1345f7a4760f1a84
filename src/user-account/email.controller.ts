import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentOrigin, CurrentSession } from '../access-control/current-caller.decorator.js';
import type { RequestOrigin, SessionPrincipal } from '../access-control/principal.js';
import { Public, Requires } from '../access-control/requires.decorator.js';
import { AcceptedResponse, DONE, DoneResponse } from '../platform/http/action.responses.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { VerifyEmailRequest } from './dto/user-account.requests.js';
import { EmailLinkRequests } from './email-link-requests.service.js';
import { EmailVerificationService } from './email-verification.service.js';
import { Carried, type CarriedSessions } from './request-sessions.pipe.js';

@ApiTags('email')
@Controller('api/v1/auth/email')
export class EmailController {
  constructor(
    private readonly verifications: EmailVerificationService,
    private readonly links: EmailLinkRequests,
  ) {}

  /**
   * Verifies that the mailbox is the account's. The first verification ends all earlier sessions and personal tokens.
   * They stay if the request carries a session of that account: its bearer token or its refresh cookie.
   */
  @Post('verify')
  @ApiOperation({ operationId: 'email_verify' })
  @HttpCode(200)
  @Public()
  @ApiOkResponse({ type: DoneResponse })
  @ApiProblems(400, 413, 415, 422, 503)
  async verify(
    @Body() { token }: VerifyEmailRequest,
    @Carried() carried: CarriedSessions,
    @CurrentOrigin() origin: RequestOrigin,
  ): Promise<DoneResponse> {
    await this.verifications.verify(token, carried, origin);
    return DONE;
  }

  /** Mails another link. */
  @Post('verification')
  @ApiOperation({ operationId: 'email_resend' })
  @HttpCode(202)
  @Requires('user:manage')
  @ApiAcceptedResponse({ type: AcceptedResponse })
  @ApiProblems(429)
  resend(
    @CurrentSession() session: SessionPrincipal,
    @CurrentOrigin() origin: RequestOrigin,
  ): Promise<AcceptedResponse> {
    return this.links.resend(session, origin);
  }
}
