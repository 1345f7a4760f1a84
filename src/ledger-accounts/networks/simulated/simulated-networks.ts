/**
 * Driver `simulated`: ledgers inside the service's own PostgreSQL. They behave like the real networks as far as
 * Latchkey can tell. That includes resets (`npm run ledger:reset`), expiring transaction ids and, if configured, the
 * limit on creations.
 */
import { databaseError } from '../../../platform/database/pg-errors.js';
import type { CreationPace } from '../creation-pace.js';
import {
  LedgerNetworks,
  NetworkError,
  type AccountCreation,
  type LedgerAccountState,
  type NetworkName,
  type Refill,
} from '../ledger-network.js';
import { withinLimit } from '../time-limit.js';
import { makeTransactionId, parseTransactionId } from '../transaction-id.js';
import type { SimulatedLedgerRepository, TransactionRow } from './simulated-ledger.repository.js';

/** Account that pays for every transaction, as on private networks. */
const TREASURY = '0.0.2';

export class SimulatedNetworks extends LedgerNetworks {
  constructor(
    private readonly repository: SimulatedLedgerRepository,
    private readonly pace: CreationPace,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  override newTransactionId(_network: NetworkName): string {
    return makeTransactionId(TREASURY);
  }

  override async findAccount(network: NetworkName, accountNumber: string): Promise<LedgerAccountState | null> {
    return this.ask(this.repository.findAccount(network, accountNumber));
  }

  override async createAccount(network: NetworkName, creation: AccountCreation): Promise<string> {
    const { transactionId, publicKey } = creation;
    const validFrom = validFromOf(transactionId);
    await this.pace.turn(network);
    const row = await this.ask(
      this.settle(network, transactionId, () => this.repository.insertAccount(network, validFrom, creation)),
    );
    if (row.kind === 'creation' && row.publicKey === publicKey) return row.accountNumber;
    throw new NetworkError('expired', `${transactionId} names another transaction`);
  }

  override async refill(network: NetworkName, refill: Refill): Promise<void> {
    const { transactionId, accountNumber } = refill;
    const validFrom = validFromOf(transactionId);
    const row = await this.ask(
      this.settle(network, transactionId, () => this.repository.addToBalance(network, validFrom, refill)),
    );
    if (row.kind === 'refill' && row.accountNumber === accountNumber) return;
    throw new NetworkError('expired', `${transactionId} names another transaction`);
  }

  /** Runs the transaction unless it ran before, and returns the ledger's record of it. */
  private async settle(network: NetworkName, id: string, act: () => Promise<void>): Promise<TransactionRow> {
    await act();
    const row = await this.repository.findTransaction(network, id);
    // A reset in between may delete the record together with its effects.
    if (row === null || row.result === 'expired') throw new NetworkError('expired', `${id} can happen no more`);
    if (row.result === 'rejected') throw new NetworkError('rejected', `${network} knows no 0.0.${row.accountNumber}`);
    return row;
  }

  private async ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await withinLimit(this.timeoutMs, answer);
    } catch (error) {
      if (databaseError(error)?.code !== 'unavailable') throw error;
      throw new NetworkError('unavailable', 'the simulated ledger did not answer', { cause: error });
    }
  }
}

function validFromOf(transactionId: string): number {
  const parts = parseTransactionId(transactionId);
  if (parts === null) throw new NetworkError('expired', 'no transaction has such an id');
  return parts.seconds;
}
