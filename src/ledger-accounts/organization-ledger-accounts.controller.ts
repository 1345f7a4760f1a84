import { Body, Controller, Get, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access-control/requires.decorator.js';
import { IdParam } from '../platform/http/id-param.decorator.js';
import { ApiProblems } from '../platform/http/problems/api-problems.decorator.js';
import { AccountOpeningService } from './account-opening.service.js';
import type { AccountReader } from './account-reader.js';
import { CurrentReader } from './current-reader.decorator.js';
import {
  CreateLedgerAccountRequest,
  GetLedgerAccountQuery,
  ListLedgerAccountsQuery,
} from './dto/ledger-accounts.requests.js';
import { LedgerAccountDetailsResponse, LedgerAccountsResponse } from './dto/ledger-accounts.responses.js';
import { LedgerAccountsService } from './ledger-accounts.service.js';
import { ShowOpened } from './waiting/show-opened.interceptor.js';
import { WaitUntilReady } from './waiting/wait-until-ready.interceptor.js';

@ApiTags('ledger accounts')
@Controller('api/v1/organizations/:organization/ledger-accounts')
export class OrganizationLedgerAccountsController {
  constructor(
    private readonly accounts: LedgerAccountsService,
    private readonly opening: AccountOpeningService,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'organizationLedgerAccounts_list' })
  @Requires('ledger-accounts:read')
  @ApiOkResponse({ type: LedgerAccountsResponse })
  @ApiProblems(404, 422)
  async list(
    @CurrentReader() reader: AccountReader,
    @Query() query: ListLedgerAccountsQuery,
  ): Promise<LedgerAccountsResponse> {
    return LedgerAccountsResponse.of(await this.accounts.list(reader, query));
  }

  @Post()
  @ApiOperation({ operationId: 'organizationLedgerAccounts_create' })
  @UseInterceptors(ShowOpened)
  @Requires('ledger-accounts:manage')
  @ApiCreatedResponse({ type: LedgerAccountDetailsResponse })
  @ApiProblems(400, 404, 409, 413, 415, 422)
  create(@CurrentReader() reader: AccountReader, @Body() request: CreateLedgerAccountRequest): Promise<string> {
    return this.opening.open(reader, request);
  }

  @Get(':accountId')
  @ApiOperation({ operationId: 'organizationLedgerAccounts_get' })
  @UseInterceptors(WaitUntilReady)
  @Requires('ledger-accounts:read')
  @ApiOkResponse({ type: LedgerAccountDetailsResponse })
  @ApiProblems(404, 422)
  async get(
    @CurrentReader() reader: AccountReader,
    @IdParam('accountId') accountId: string,
    @Query() _: GetLedgerAccountQuery,
  ): Promise<LedgerAccountDetailsResponse> {
    return LedgerAccountDetailsResponse.of(await this.accounts.get(reader, accountId));
  }
}
