/** Tokens of an account, through the services that issue and revoke every token. */
import { Injectable } from '@nestjs/common';
import { IssuingService } from '../../access-tokens/issuing.service.js';
import { RevocationService } from '../../access-tokens/revocation.service.js';
import { ownerOn } from '../../access-tokens/token-owner.js';
import type { Caller } from '../../auth/principal.js';
import type { AccountAccess } from '../../policy/account-access.js';
import { CreatedTokenResponse } from './dto/created-token.response.js';
import type { Nothing } from './nothing.js';

@Injectable()
export class AccountTokensService {
  constructor(
    private readonly issuing: IssuingService,
    private readonly revocation: RevocationService,
  ) {}

  async create(account: AccountAccess, caller: Caller, label: string): Promise<CreatedTokenResponse> {
    return CreatedTokenResponse.of(await this.issuing.issueInFull(ownerOn(account), caller, { label }));
  }

  async delete(account: AccountAccess, caller: Caller, tokenId: string): Promise<Nothing> {
    await this.revocation.revoke(ownerOn(account), caller, tokenId, null);
    return {};
  }
}
