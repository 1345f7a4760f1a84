import { Injectable } from '@nestjs/common';
import type { Owner } from '../access-control/owner.js';
import { isId } from '../platform/database/ids.js';
import { notFound } from '../platform/errors/app-error.js';
import { decodeCursor, pageOf, type Page } from '../platform/http/pagination.js';
import type { AccountReader } from './account-reader.js';
import type { AccountStatus, FormerNumber, LedgerAccountRow } from './account-row.js';
import type { ListLedgerAccountsQuery } from './dto/ledger-accounts.requests.js';
import { PrivateKeyAccess, type ShownAccount } from './keys/private-key-access.service.js';
import { LedgerAccountsRepository } from './ledger-accounts.repository.js';
import { NetworkLookups } from './reconciliation/network-lookups.service.js';

export interface DetailedAccount extends ShownAccount {
  /** Present and former numbers, newest first. */
  readonly numbers: readonly FormerNumber[];
}

/**
 * Reads of ledger accounts. Every read looks the accounts up on their networks, and returns the stored rows when a
 * network does not respond.
 */
@Injectable()
export class LedgerAccountsService {
  constructor(
    private readonly accounts: LedgerAccountsRepository,
    private readonly lookups: NetworkLookups,
    private readonly privateKeys: PrivateKeyAccess,
  ) {}

  async list(reader: AccountReader, { limit, cursor, network }: ListLedgerAccountsQuery): Promise<Page<ShownAccount>> {
    const [after = null] = decodeCursor(cursor, [isId]) ?? [];
    const read = () => this.accounts.listAccounts(reader.owner, network ?? null, after, limit + 1);
    const rows = await this.readReconciled(read);
    const { items, nextCursor } = pageOf(
      rows,
      limit,
      ({ id }) => [id],
      (row) => row,
    );
    return { items: await this.privateKeys.show(reader, items), nextCursor };
  }

  /** Lists every account that has a number, oldest first. */
  async listNumbered(reader: AccountReader): Promise<ShownAccount[]> {
    return this.privateKeys.show(reader, await this.readReconciled(() => this.accounts.listNumbered(reader.owner)));
  }

  async get(reader: AccountReader, accountId: string): Promise<DetailedAccount> {
    const account = await this.find(reader.owner, accountId);
    if (!account) throw notFound();
    const [shown] = await this.privateKeys.show(reader, [account]);
    if (!shown) throw notFound();
    return { ...shown, numbers: await this.accounts.listNumbers(reader.owner, accountId) };
  }

  /** Finds an account by its public key, once it has a number. */
  async getByPublicKey(reader: AccountReader, publicKey: string): Promise<ShownAccount> {
    const read = async () => {
      const account = await this.accounts.findByPublicKey(reader.owner, publicKey);
      return account && account.accountNumber !== null ? [account] : [];
    };
    const [shown] = await this.privateKeys.show(reader, await this.readReconciled(read));
    if (!shown) throw notFound();
    return shown;
  }

  /** Returns `null` for an account that this owner does not have. */
  async findStatus(owner: Owner, accountId: string): Promise<AccountStatus | null> {
    return (await this.find(owner, accountId))?.status ?? null;
  }

  private async find(owner: Owner, accountId: string): Promise<LedgerAccountRow | null> {
    const read = async () => {
      const account = await this.accounts.findAccount(owner, accountId);
      return account ? [account] : [];
    };
    return (await this.readReconciled(read))[0] ?? null;
  }

  private async readReconciled(read: () => Promise<LedgerAccountRow[]>): Promise<LedgerAccountRow[]> {
    const rows = await read();
    return (await this.lookups.lookUp(rows)) ? read() : rows;
  }
}
