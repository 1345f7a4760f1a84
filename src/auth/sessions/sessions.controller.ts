import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentOrigin, CurrentSession } from '../../access-control/current-caller.decorator.js';
import type { RequestOrigin, SessionPrincipal } from '../../access-control/principal.js';
import { Requires } from '../../access-control/requires.decorator.js';
import { PageQuery, type Page } from '../../platform/http/pagination.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { SessionPageResponse, type SessionResponse } from './dto/sessions.responses.js';
import { OwnSessionsService } from './own-sessions.service.js';

@ApiTags('sessions')
@Controller('api/v1/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: OwnSessionsService) {}

  @Get()
  @ApiOperation({ operationId: 'sessions_list' })
  @Requires('user:manage')
  @ApiOkResponse({ type: SessionPageResponse })
  @ApiProblems(422)
  list(@CurrentSession() session: SessionPrincipal, @Query() query: PageQuery): Promise<Page<SessionResponse>> {
    return this.sessions.list(session, query);
  }

  /** Ends all sessions except the calling one. */
  @Delete()
  @ApiOperation({ operationId: 'sessions_endOthers' })
  @HttpCode(204)
  @Requires('user:manage')
  @ApiNoContentResponse()
  endOthers(@CurrentSession() session: SessionPrincipal, @CurrentOrigin() origin: RequestOrigin): Promise<void> {
    return this.sessions.endOthers(session, origin);
  }

  @Delete(':sessionId')
  @ApiOperation({ operationId: 'sessions_end' })
  @HttpCode(204)
  @Requires('user:manage')
  @ApiNoContentResponse()
  @ApiProblems(404)
  end(
    @CurrentSession() session: SessionPrincipal,
    @Param('sessionId') sessionId: string,
    @CurrentOrigin() origin: RequestOrigin,
  ): Promise<void> {
    return this.sessions.end(session, sessionId, origin);
  }
}
