import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../access-control/requires.decorator.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { CrossSiteGuard } from '../guards/cross-site.guard.js';
import { SignedInResponse } from '../sessions/dto/sessions.responses.js';
import { SignInRequest } from './dto/sign-in.requests.js';
import { SignInHttpService } from './sign-in-http.service.js';

@ApiTags('sign-in')
@Controller('api/v1/auth')
export class SignInController {
  constructor(private readonly signIns: SignInHttpService) {}

  @Post('login')
  @ApiOperation({ operationId: 'auth_signIn' })
  @HttpCode(200)
  @Public()
  @ApiOkResponse({ type: SignedInResponse })
  @ApiProblems(400, 401, 413, 415, 422, 429, 503)
  signIn(
    @Body() body: SignInRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInResponse> {
    return this.signIns.signIn(body, request, reply);
  }

  @Post('refresh')
  @ApiOperation({ operationId: 'auth_refresh' })
  @HttpCode(200)
  @Public()
  @UseGuards(CrossSiteGuard)
  @ApiOkResponse({ type: SignedInResponse })
  @ApiProblems(400, 401, 403, 503)
  refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignedInResponse> {
    return this.signIns.refresh(request, reply);
  }

  @Post('logout')
  @ApiOperation({ operationId: 'auth_signOut' })
  @HttpCode(204)
  @Public()
  @UseGuards(CrossSiteGuard)
  @ApiNoContentResponse()
  @ApiProblems(400, 403, 503)
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    return this.signIns.signOut(request, reply);
  }
}
