/**
 * Ledger of a small network: accounts, and the outcome of each transaction id. It follows the real network's rules as
 * far as a client can tell. An id counts once and within its window, creations have a rate limit, and receipts expire.
 */
export interface LedgerRules {
  /** Creations in one second; above that nodes answer BUSY. */
  creationsPerSecond: number;
  /** Time between acceptance and receipt. */
  consensusMs: number;
  receiptMs: number;
}

export interface Account {
  readonly number: number;
  /** Key as a protobuf message. */
  readonly key: Uint8Array;
  /** Raw key without a prefix, in hex. */
  readonly rawKey: string;
  balance: bigint;
  deleted: boolean;
  readonly createdAt: number;
}

export interface Transaction {
  /** Transaction id such as `0.0.2@1732540000.000000123`. */
  readonly id: string;
  readonly name: 'CRYPTOCREATEACCOUNT' | 'CRYPTOTRANSFER';
  readonly result: string;
  readonly account: number | null;
  readonly acceptedAt: number;
}

export interface Submitted {
  readonly id: string;
  readonly validFromMs: number;
  readonly validForMs: number;
}

export const OPERATOR = 2;
const FIRST_NUMBER = 1_001;
/** Increment of the account numbers after each reset, so that numbers change. */
const NUMBERS_PER_AGE = 10_000;

export class Ledger {
  readonly accounts = new Map<number, Account>();
  readonly transactions = new Map<string, Transaction>();
  /** Every creation ever, over all resets. */
  readonly creations: { age: number; number: number; rawKey: string }[] = [];
  readonly rules: LedgerRules = { creationsPerSecond: 1_000, consensusMs: 20, receiptMs: 180_000 };
  private receiptsSince = 0;
  private age = 0;
  private nextNumber = FIRST_NUMBER;
  private recentCreations: number[] = [];

  constructor(private readonly operator: { readonly key: Uint8Array; readonly rawKey: string }) {
    this.addAccount(OPERATOR, operator.key, operator.rawKey, 5_000_000_000_000_000_000n);
  }

  /** Returns the precheck's code; `OK` means executed, and the receipt contains the result. */
  create(submitted: Submitted, key: Uint8Array, rawKey: string, balance: bigint): string {
    const code = this.precheck(submitted) ?? this.takeTurn();
    if (code !== null) return code;
    const number = this.nextNumber;
    this.nextNumber += 1;
    this.addAccount(number, key, rawKey, balance);
    this.creations.push({ age: this.age, number, rawKey });
    this.pay(balance);
    return this.settle(submitted, 'CRYPTOCREATEACCOUNT', 'SUCCESS', number);
  }

  transfer(submitted: Submitted, to: number, amount: bigint): string {
    const code = this.precheck(submitted);
    if (code !== null) return code;
    const account = this.accounts.get(to);
    if (account === undefined) return this.settle(submitted, 'CRYPTOTRANSFER', 'INVALID_ACCOUNT_ID', null);
    if (account.deleted) return this.settle(submitted, 'CRYPTOTRANSFER', 'ACCOUNT_DELETED', null);
    account.balance += amount;
    this.pay(amount);
    return this.settle(submitted, 'CRYPTOTRANSFER', 'SUCCESS', null);
  }

  /** Receipt as nodes return it: `RECEIPT_NOT_FOUND`, `UNKNOWN` until consensus, then the result. */
  receipt(id: string): { status: string; account: number | null } {
    const transaction = this.transactions.get(id);
    const age = transaction === undefined ? Infinity : Date.now() - transaction.acceptedAt;
    const isForgotten = age > this.rules.receiptMs || (transaction?.acceptedAt ?? 0) < this.receiptsSince;
    if (transaction === undefined || isForgotten) return { status: 'RECEIPT_NOT_FOUND', account: null };
    if (age < this.rules.consensusMs) return { status: 'UNKNOWN', account: null };
    return { status: transaction.result, account: transaction.account };
  }

  forgetReceipts(): void {
    this.receiptsSince = Date.now() + 1;
  }

  /** Deletes everything but the operator. */
  reset(): void {
    const balance = this.accounts.get(OPERATOR)?.balance ?? 0n;
    this.accounts.clear();
    this.transactions.clear();
    this.age += 1;
    this.nextNumber = FIRST_NUMBER + this.age * NUMBERS_PER_AGE;
    this.addAccount(OPERATOR, this.operator.key, this.operator.rawKey, balance);
  }

  private precheck({ id, validFromMs, validForMs }: Submitted): string | null {
    if (this.transactions.has(id))
      return this.isOver(validFromMs + validForMs) ? 'TRANSACTION_EXPIRED' : 'DUPLICATE_TRANSACTION';
    if (this.isOver(validFromMs + validForMs)) return 'TRANSACTION_EXPIRED';
    return validFromMs > Date.now() ? 'INVALID_TRANSACTION_START' : null;
  }

  private isOver(ms: number): boolean {
    return Date.now() > ms;
  }

  private takeTurn(): string | null {
    const now = Date.now();
    this.recentCreations = this.recentCreations.filter((at) => at > now - 1_000);
    if (this.recentCreations.length >= this.rules.creationsPerSecond) return 'BUSY';
    this.recentCreations.push(now);
    return null;
  }

  private settle({ id }: Submitted, name: Transaction['name'], result: string, account: number | null): 'OK' {
    this.transactions.set(id, { id, name, result, account, acceptedAt: Date.now() });
    return 'OK';
  }

  private pay(amount: bigint): void {
    const operator = this.accounts.get(OPERATOR);
    if (operator) operator.balance -= amount;
  }

  private addAccount(number: number, key: Uint8Array, rawKey: string, balance: bigint): void {
    this.accounts.set(number, { number, key, rawKey, balance, deleted: false, createdAt: Date.now() });
  }
}
