/** Loads by autocannon, which knows when every credential was used once: keep-alive, no pipelining, every request prepared before the start. */
import { packageOf } from '../packages.js';
import { CONNECTIONS, shareOf, type SaturationOrder, type SaturationResult } from './order.js';

interface Client {
  setRequests(requests: readonly { headers: Record<string, string> }[]): void;
}

interface AutocannonResult {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly finish: Date;
}

type Autocannon = (options: object) => Promise<AutocannonResult>;

/** Throws when any request failed: such a run measures something else. */
export async function saturateByAutocannon(order: SaturationOrder): Promise<SaturationResult> {
  const { default: autocannon } = await packageOf<{ default: Autocannon }>('autocannon');
  let connection = 0;
  // autocannon's own clock also counts the time in which the requests are prepared.
  let startedAt = 0;
  const result = await autocannon({
    url: order.url,
    connections: CONNECTIONS,
    pipelining: 1,
    ...(order.isOnceEach ? { amount: order.credentials.length } : { duration: order.seconds }),
    setupClient: (client: Client) => {
      const share = shareOf(order.credentials, connection);
      connection += 1;
      client.setRequests(share.map((credential) => ({ headers: { authorization: `Bearer ${credential}` } })));
      startedAt = Date.now();
    },
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} requests of ${order.url} failed`);
  return { requestsPerSecond: (result['2xx'] * 1_000) / (result.finish.getTime() - startedAt) };
}
