import { Module } from '@nestjs/common';
import { AccessTokensModule } from '../../access-tokens/access-tokens.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { AccountTokensService } from './account-tokens.service.js';
import { TenderlyAccountController } from './account.controller.js';
import { TenderlyContractsController } from './contracts.controller.js';
import { TenderlyLoginController } from './login.controller.js';
import { TenderlyNetworksController } from './networks.controller.js';
import { PasswordTokensService } from './password-tokens.service.js';
import { TenderlyPrincipalController } from './principal.controller.js';
import { TenderlyUserController } from './user.controller.js';

@Module({
  imports: [AccessTokensModule, AuthModule],
  controllers: [
    TenderlyAccountController,
    TenderlyContractsController,
    TenderlyLoginController,
    TenderlyNetworksController,
    TenderlyPrincipalController,
    TenderlyUserController,
  ],
  providers: [AccountTokensService, PasswordTokensService],
})
export class TenderlyModule {}
