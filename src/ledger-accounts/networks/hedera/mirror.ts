/** Client of a mirror node's REST API: decisions of the consensus nodes, free of charge and some seconds late. */
import { NetworkError, type LedgerAccountState } from '../ledger-network.js';
import { parseTransactionId, VALID_SECONDS } from '../transaction-id.js';

/** Lag after which even an idle mirror must know a transaction. */
const MAX_LAG_SECONDS = 600;

/** Outcome of a transaction. A failed one has a code and no account. */
export interface Outcome {
  /** `SUCCESS`, or the reason of the failure. */
  readonly code: string;
  /** Account that the transaction created, as 0.0.N. */
  readonly account: string | null;
}

interface AccountBody {
  readonly deleted?: boolean;
  readonly balance?: { readonly balance: number } | null;
  readonly key?: { readonly _type: string; readonly key: string } | null;
}

/** DER prefix of a raw key. Key lists and contracts have none. */
const DER_PREFIX: Readonly<Record<string, string>> = {
  ED25519: '302a300506032b6570032100',
  ECDSA_SECP256K1: '302d300706052b8104000a032200',
};

interface TransactionsBody {
  readonly transactions: readonly { readonly result: string; readonly entity_id: string | null }[];
}

export class Mirror {
  constructor(
    private readonly baseUrl: string,
    private readonly timeoutMs: number,
  ) {}

  /** Returns `null` for an account that the mirror does not know, or that was deleted. */
  async findAccount(account: string): Promise<LedgerAccountState | null> {
    const path = `accounts/${account}?transactions=false`;
    const body = await this.get<AccountBody>(path);
    if (body === null || body.deleted === true) return null;
    const prefix = DER_PREFIX[body.key?._type ?? ''];
    const publicKey = prefix === undefined ? '' : `${prefix}${body.key?.key ?? ''}`.toLowerCase();
    return { balance: BigInt(body.balance?.balance ?? 0), publicKey };
  }

  /** Returns the outcome of a transaction, or `null` when the mirror does not know it. */
  async findOutcome(transactionId: string): Promise<Outcome | null> {
    const body = await this.get<TransactionsBody>(`transactions/${mirrorIdOf(transactionId)}`);
    const all = body?.transactions ?? [];
    // A transaction submitted twice may be recorded twice; its duplicate failed.
    const counts = all.find(({ result }) => result === 'SUCCESS') ?? all[0];
    return counts === undefined ? null : { code: counts.result, account: counts.entity_id };
  }

  /**
   * Whether the mirror has processed everything up to the end of the id's validity. Then an unknown id never happened.
   */
  async isBeyondValidity(transactionId: string): Promise<boolean> {
    const end = (parseTransactionId(transactionId)?.seconds ?? 0) + VALID_SECONDS;
    if (Date.now() / 1_000 > end + MAX_LAG_SECONDS) return true;
    const body = await this.get<{ blocks?: { timestamp: { to: string } }[] }>('blocks?limit=1&order=desc');
    return Number(body?.blocks?.[0]?.timestamp.to ?? 0) > end;
  }

  private async get<Body>(path: string): Promise<Body | null> {
    try {
      const response = await fetch(`${this.baseUrl}/api/v1/${path}`, { signal: AbortSignal.timeout(this.timeoutMs) });
      if (response.ok) return (await response.json()) as Body;
      await response.body?.cancel();
      if (response.status === 404) return null;
      throw new NetworkError(
        response.status === 429 ? 'busy' : 'unavailable',
        `the mirror answered ${response.status}`,
      );
    } catch (error) {
      if (error instanceof NetworkError) throw error;
      throw new NetworkError('unavailable', 'the mirror did not answer', { cause: error });
    }
  }
}

/** Id in the mirror's form: `0.0.2@1732540000.000000123` is `0.0.2-1732540000-000000123` there. */
function mirrorIdOf(transactionId: string): string {
  return transactionId.replace('@', '-').replace(/\.(\d+)$/, '-$1');
}
