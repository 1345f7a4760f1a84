import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentOrigin } from '../access-control/current-caller.decorator.js';
import type { RequestOrigin } from '../access-control/principal.js';
import { Public } from '../access-control/requires.decorator.js';
import { AcceptedResponse } from '../platform/http/action.responses.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { RegisterRequest } from './dto/user-account.requests.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('sign-in')
@Controller('api/v1/auth')
export class RegistrationController {
  constructor(private readonly registration: RegistrationService) {}

  @Post('register')
  @ApiOperation({ operationId: 'auth_register' })
  @HttpCode(202)
  @Public()
  @ApiAcceptedResponse({ type: AcceptedResponse })
  @ApiProblems(400, 413, 415, 422, 429, 503)
  register(@Body() request: RegisterRequest, @CurrentOrigin() origin: RequestOrigin): Promise<AcceptedResponse> {
    return this.registration.register(request, origin);
  }
}
