/** Cost of revocations for concurrent verifications, and latency of a revocation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runInterleaved, type Subject, type SubjectLoad } from '../interleaved-runs.js';
import { quantile } from '../load/load-request.js';
import { median } from '../statistics.js';
import { seedOrganization, seedTokens, type SeededToken } from '../tokens.js';
import { amount, ratio } from './figures.js';
import { USUAL_CONNECTIONS, type Measure } from './measure.js';

const PER_SECOND = 50;
const IN_SEQUENCE = 500;

export const revocations: Measure = {
  name: 'revocations',
  take: async (environment, options) => {
    const databaseUrl = await environment.serviceDatabase('revocations');
    const organization = await seedOrganization(environment, databaseUrl);
    const secrets = (await seedTokens(environment, databaseUrl, organization, options.credentials)).map(
      ({ secret }) => secret,
    );
    const [manager] = await seedTokens(environment, databaseUrl, organization, 1, ['tokens:manage']);
    // A run takes longer than its seconds, because its process has to start.
    const perRun = PER_SECOND * (Math.max(options.seconds, options.warmupSeconds) + 20);
    const doomed = await seedTokens(
      environment,
      databaseUrl,
      organization,
      IN_SEQUENCE + perRun * (options.rounds + 1),
    );
    const service = await environment.start(databaseUrl, 'bench/serve.ts');
    const revoker = new Revoker(`${service.url}/api/v1/organizations/${organization}/tokens`, manager?.secret, doomed);

    const url = `${service.url}/bench/${organization}/guarded`;
    const quiet: Subject = { name: 'without revocations', server: service, url, credentials: () => secrets };
    const busy: Subject = { ...quiet, name: 'with revocations', meanwhile: () => revoker.revokeSteadily(PER_SECOND) };
    const pair = [busy, quiet].map((subject) => ({ subject, connections: USUAL_CONNECTIONS })) as [
      SubjectLoad,
      SubjectLoad,
    ];
    const outcome = await runInterleaved(pair, options);
    const durations: number[] = [];
    for (let call = 0; call < IN_SEQUENCE; call += 1) durations.push(await revoker.revokeNext());
    await service.stop();
    const figures = [
      ratio(`${PER_SECOND} revocations a second meanwhile ÷ none`, outcome, pair, { bar: 0.85, aim: 0.95 }),
      amount({ name: 'revoke call, p50', value: median(durations), unit: 'ms' }, 1, { bar: 10, aim: 5 }, [
        { name: `p99 of ${IN_SEQUENCE} calls one after another`, value: quantile(durations, 0.99), unit: 'ms' },
      ]),
    ];
    return { figures };
  },
};

class Revoker {
  private next = 0;

  constructor(
    private readonly url: string,
    private readonly credential = '',
    private readonly doomed: readonly SeededToken[],
  ) {}

  /** Revokes one more token and returns the milliseconds it took. Throws when the revocation failed. */
  async revokeNext(): Promise<number> {
    const token = this.doomed[this.next];
    this.next += 1;
    if (!token) throw new Error('there is no token left to revoke');
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${this.credential}` };
    const response = await fetch(`${this.url}/${token.id}`, { method: 'DELETE', headers });
    await response.arrayBuffer();
    if (response.status !== 204) throw new Error(`revoking answered ${response.status}`);
    return performance.now() - startedAt;
  }

  /** Revokes at that rate until the returned function is called, which throws when a revocation failed. */
  revokeSteadily(perSecond: number): () => Promise<void> {
    const calls: Promise<number>[] = [];
    const timer = setInterval(() => {
      const call = this.revokeNext();
      call.catch(() => undefined);
      calls.push(call);
    }, 1_000 / perSecond);
    return async () => {
      clearInterval(timer);
      await Promise.all(calls);
      await sleep(100);
    };
  }
}
