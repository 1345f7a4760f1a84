/** Tokens of an account in Tenderly's API, issued and revoked by the same services as every other token. */
import { Injectable } from '@nestjs/common';
import type { AccountAccess } from '../../access-control/account-access.js';
import { ownerOn } from '../../access-control/owner.js';
import type { Caller } from '../../access-control/principal.js';
import { IssuingService } from '../../access-tokens/issuing.service.js';
import { RevocationService } from '../../access-tokens/revocation.service.js';
import { TenderlyTokenResponse, type EmptyResponse } from './dto/tenderly.responses.js';

@Injectable()
export class AccountTokensService {
  constructor(
    private readonly issuing: IssuingService,
    private readonly revocation: RevocationService,
  ) {}

  async create(account: AccountAccess, caller: Caller, label: string): Promise<TenderlyTokenResponse> {
    return TenderlyTokenResponse.of(await this.issuing.issueInFull(ownerOn(account), caller, { label }));
  }

  async delete(account: AccountAccess, caller: Caller, tokenId: string): Promise<EmptyResponse> {
    await this.revocation.revoke(ownerOn(account), caller, tokenId, null);
    return {};
  }
}
