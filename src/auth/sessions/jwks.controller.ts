import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../../access-control/requires.decorator.js';
import { SessionTokenService } from './session-token.service.js';

class JwksResponse {
  @ApiProperty({ type: 'array', items: { type: 'object' }, description: 'Public keys (RFC 7517).' })
  keys!: object[];
}

@ApiTags('keys')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly tokens: SessionTokenService) {}

  @Get('jwks.json')
  @ApiOperation({ operationId: 'jwks_jwks' })
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOkResponse({ type: JwksResponse })
  jwks(): JwksResponse {
    return this.tokens.jwks();
  }
}
