/**
 * Types of the parts of `@hiero-ledger/sdk` that this driver uses. The package is large and optional: the service
 * compiles without its types, and loads it only when the driver is chosen. A type-checking test compares these types
 * with the package's own.
 */

export interface Client {
  setOperator(accountId: string, privateKey: string): Client;
  setMaxAttempts(attempts: number): Client;
  setMaxBackoff(ms: number): Client;
  setNodeMinBackoff(ms: number): Client;
  setNodeMaxBackoff(ms: number): Client;
  close(): void;
}

/** Common part of transactions and queries. `execute` asks the nodes repeatedly, within the client's limits. */
interface Request<Answer> {
  setNodeAccountIds(ids: AccountId[]): this;
  setMaxAttempts(attempts: number): this;
  setMaxBackoff(ms: number): this;
  execute(client: Client): Promise<Answer>;
}

export interface Transaction extends Request<unknown> {
  setTransactionId(id: TransactionId): this;
  setTransactionValidDuration(seconds: number): this;
  setRegenerateTransactionId(regenerate: boolean): this;
  freezeWith(client: Client | null): this;
}

interface AccountCreateTransaction extends Transaction {
  setKeyWithoutAlias(key: PublicKey): this;
  setInitialBalance(amount: Hbar): this;
}

interface TransferTransaction extends Transaction {
  addHbarTransfer(account: string, amount: Hbar): this;
}

interface TransactionReceiptQuery extends Request<TransactionReceipt> {
  setTransactionId(id: TransactionId): this;
  setValidateStatus(validate: boolean): this;
}

interface AccountInfoQuery extends Request<AccountInfo> {
  setAccountId(account: string): this;
}

export interface TransactionReceipt {
  readonly status: Status;
  readonly accountId: AccountId | null;
}

export interface AccountInfo {
  readonly isDeleted: boolean;
  readonly key: Key;
  readonly balance: Hbar;
}

/** Name of a response code, such as `BUSY`. */
export interface Status {
  toString(): string;
}

export interface AccountId {
  toString(): string;
}

export interface TransactionId {
  toString(): string;
}

/** DER in hex, when it is a single key. */
interface Key {
  toString(): string;
}

interface PublicKey {
  toString(): string;
}

interface Hbar {
  toTinybars(): { toString(): string };
}

/** Status thrown as an error: before consensus (precheck), or after it in a receipt. */
export interface StatusError extends Error {
  readonly status: Status;
}

export interface HederaSdk {
  readonly Client: {
    forNetwork(
      nodes: Record<string, string>,
      props: { scheduleNetworkUpdate: boolean; requestTimeout: number; grpcDeadline: number },
    ): Client;
  };
  readonly AccountCreateTransaction: new () => AccountCreateTransaction;
  readonly TransferTransaction: new () => TransferTransaction;
  readonly TransactionReceiptQuery: new () => TransactionReceiptQuery;
  readonly AccountInfoQuery: new () => AccountInfoQuery;
  readonly AccountId: { fromString(text: string): AccountId };
  readonly TransactionId: { fromString(text: string): TransactionId };
  readonly PublicKey: { fromString(der: string): PublicKey };
  readonly Hbar: { fromTinybars(amount: string): Hbar };
}

/** Throws a message for the operator when the package is not installed. */
export async function loadSdk(name = '@hiero-ledger/sdk'): Promise<HederaSdk> {
  try {
    return (await import(name)) as HederaSdk;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(
      `LEDGER_NETWORK_DRIVER=hedera needs the optional package ${name}, which is not installed. ` +
        'Install without --omit=optional, or choose the simulated driver.',
      { cause: error },
    );
  }
}
