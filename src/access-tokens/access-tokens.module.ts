import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RefusalsModule } from '../audit/refusals.module.js';
import { AccessToken } from './access-token.entity.js';
import { AccessTokensRepository } from './access-tokens.repository.js';
import { AccessTokensService } from './access-tokens.service.js';
import { CurrentTokenController } from './current-token.controller.js';
import { CurrentTokenService } from './current-token.service.js';
import { HashKeysCheck } from './hash-keys.check.js';
import { HashKeysRepository } from './hash-keys.repository.js';
import { IssuingRepository } from './issuing.repository.js';
import { IssuingService } from './issuing.service.js';
import { OrganizationTokensController } from './organization-tokens.controller.js';
import { PersonalTokensController } from './personal-tokens.controller.js';
import { RevocationService } from './revocation.service.js';
import { TokenFactory } from './token-factory.service.js';
import { TokenQuota } from './token-quota.service.js';
import { TokensAudit } from './tokens-audit.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([AccessToken]), RefusalsModule],
  controllers: [OrganizationTokensController, PersonalTokensController, CurrentTokenController],
  providers: [
    AccessTokensRepository,
    AccessTokensService,
    HashKeysCheck,
    HashKeysRepository,
    IssuingRepository,
    IssuingService,
    TokenFactory,
    TokenQuota,
    CurrentTokenService,
    RevocationService,
    TokensAudit,
  ],
  exports: [IssuingService, RevocationService],
})
export class AccessTokensModule {}
