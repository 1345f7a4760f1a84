import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequiresOnAccount } from '../../access-control/requires.decorator.js';
import type { AccountReader } from '../../ledger-accounts/account-reader.js';
import { CurrentReader } from '../../ledger-accounts/current-reader.decorator.js';
import { parsePublicKey } from '../../ledger-accounts/keys/account-keys.js';
import { LedgerAccountsService } from '../../ledger-accounts/ledger-accounts.service.js';
import { notFound } from '../../platform/errors/app-error.js';
import { ApiProblems } from '../../platform/http/problems/api-problems.decorator.js';
import { ErrorsFormattedBy } from '../../platform/http/problems/error-format.js';
import { PortalAccountResponse, PortalAccountsResponse, PortalOneAccountResponse } from './portal-account.response.js';
import { PORTAL_ERRORS } from './portal-error.shape.js';

/** Accounts of the token's holder: the person's own, or those of an organization token's organization. */
const OF_HOLDER = { overOneself: 'ledger-accounts:read', account: 'me' } as const;

/** Endpoints of the Hedera Portal's guide: the ledger accounts of the token's holder, a person or an organization. */
@ApiTags('Hedera Portal compatibility')
@Controller('api/account')
@ErrorsFormattedBy(PORTAL_ERRORS)
export class HederaPortalController {
  constructor(private readonly accounts: LedgerAccountsService) {}

  @Get()
  @ApiOperation({ operationId: 'hederaPortal_list' })
  @RequiresOnAccount('ledger-accounts:read', OF_HOLDER)
  @ApiOkResponse({ type: PortalAccountsResponse })
  async list(@CurrentReader() reader: AccountReader): Promise<PortalAccountsResponse> {
    const accounts = await this.accounts.listNumbered(reader);
    return { accounts: accounts.map((shown) => PortalAccountResponse.of(shown)) };
  }

  @Get(':publicKey')
  @ApiOperation({ operationId: 'hederaPortal_get' })
  @RequiresOnAccount('ledger-accounts:read', OF_HOLDER)
  @ApiOkResponse({ type: PortalOneAccountResponse })
  @ApiProblems(404)
  async get(
    @CurrentReader() reader: AccountReader,
    @Param('publicKey') text: string,
  ): Promise<PortalOneAccountResponse> {
    const publicKey = parsePublicKey(text);
    if (publicKey === null) throw notFound();
    return PortalOneAccountResponse.of(await this.accounts.getByPublicKey(reader, publicKey));
  }
}
