import { Body, Controller, Delete, Get, HttpCode, Patch } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, CurrentOrigin, CurrentSession } from '../access-control/current-caller.decorator.js';
import type { Caller, RequestOrigin, SessionPrincipal } from '../access-control/principal.js';
import { Requires } from '../access-control/requires.decorator.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { ProfileResponse } from './dto/profile.responses.js';
import { DeleteProfileRequest, UpdateProfileRequest } from './dto/user-account.requests.js';
import { ProfileService } from './profile.service.js';

@ApiTags('profile')
@Controller('api/v1/users/me')
export class ProfileController {
  constructor(private readonly profiles: ProfileService) {}

  @Get()
  @ApiOperation({ operationId: 'profile_get' })
  @Requires('user:read')
  @ApiOkResponse({ type: ProfileResponse })
  get(@CurrentCaller() caller: Caller): Promise<ProfileResponse> {
    return this.profiles.get(caller);
  }

  @Patch()
  @ApiOperation({ operationId: 'profile_rename' })
  @Requires('user:manage')
  @ApiOkResponse({ type: ProfileResponse })
  @ApiProblems(400, 413, 415, 422)
  rename(
    @CurrentCaller() caller: Caller,
    @CurrentSession() session: SessionPrincipal,
    @Body() { name }: UpdateProfileRequest,
  ): Promise<ProfileResponse> {
    return this.profiles.rename(caller, session, name);
  }

  @Delete()
  @ApiOperation({ operationId: 'profile_delete' })
  @HttpCode(204)
  @Requires('user:manage')
  @ApiNoContentResponse()
  @ApiProblems(400, 409, 413, 415, 422, 429)
  delete(
    @CurrentSession() session: SessionPrincipal,
    @Body() { password }: DeleteProfileRequest,
    @CurrentOrigin() origin: RequestOrigin,
  ): Promise<void> {
    return this.profiles.delete(session, password, origin);
  }
}
