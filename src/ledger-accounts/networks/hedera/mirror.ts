/** A mirror node's REST API: what consensus nodes have decided, free of charge and some seconds late. */
import { NetworkError, type LedgerAccountState } from '../ledger-network.js';
import { parseTransactionId, VALID_SECONDS } from '../transaction-id.js';

/** When even a mirror with nothing new to tell must have heard of a transaction. */
const LONGEST_LAG_SECONDS = 600;

/** A failed transaction has its code, and no account. */
export interface Outcome {
  /** `SUCCESS`, or why not. */
  readonly code: string;
  /** Of the account that it created, as in 0.0.N. */
  readonly account: string | null;
}

interface AccountBody {
  readonly deleted?: boolean;
  readonly balance?: { readonly balance: number } | null;
  readonly key?: { readonly _type: string; readonly key: string } | null;
}

/** What stands before a raw key in DER. Lists of keys and contracts have none. */
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

  /** `null` when the mirror knows no such account, or one that was deleted. */
  async findAccount(account: string): Promise<LedgerAccountState | null> {
    const path = `accounts/${account}?transactions=false`;
    const body = await this.get<AccountBody>(path);
    if (body === null || body.deleted === true) return null;
    const prefix = DER_PREFIX[body.key?._type ?? ''];
    const publicKey = prefix === undefined ? '' : `${prefix}${body.key?.key ?? ''}`.toLowerCase();
    return { balance: BigInt(body.balance?.balance ?? 0), publicKey };
  }

  /** What became of a transaction, or `null` when the mirror has not heard of it. */
  async findOutcome(transactionId: string): Promise<Outcome | null> {
    const body = await this.get<TransactionsBody>(`transactions/${dashed(transactionId)}`);
    const all = body?.transactions ?? [];
    // Sent twice and decided twice, it has a duplicate that failed beside the one that counts.
    const counts = all.find(({ result }) => result === 'SUCCESS') ?? all[0];
    return counts === undefined ? null : { code: counts.result, account: counts.entity_id };
  }

  /** Whether the mirror has heard everything up to the end of the id's validity, so that its silence means never. */
  async isPast(transactionId: string): Promise<boolean> {
    const end = (parseTransactionId(transactionId)?.seconds ?? 0) + VALID_SECONDS;
    if (Date.now() / 1_000 > end + LONGEST_LAG_SECONDS) return true;
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

/** `0.0.2@1732540000.000000123` is `0.0.2-1732540000-000000123` there. */
function dashed(transactionId: string): string {
  return transactionId.replace('@', '-').replace(/\.(\d+)$/, '-$1');
}
