/** What the guards cost, and what other ways of checking would: all in one race, so that every ratio is of one run. */
import { join } from 'node:path';
import { built } from '../build.js';
import type { Ground } from '../ground.js';
import { load } from '../load/generator.js';
import type { PacedResult } from '../load/order.js';
import { median, race, type Subject } from '../race.js';
import { seedOrganization, seedTokens } from '../tokens.js';
import type { Measure } from './measure.js';
import { amountRow, ratioRow } from './rows.js';

/** So many that the connections do not wait for each other's rows, where a peer writes to the row of its key. */
const CREDENTIALS = 1_000;

const TYPESCRIPT = new URL('../../test/support/typescript.js', import.meta.url).href;
const PEER = join(import.meta.dirname, '../peers/better-auth.ts');

export const guard: Measure = {
  name: 'guard',
  take: async (ground, options) => {
    const databaseUrl = await ground.serviceDatabase('guard');
    const organization = await seedOrganization(ground, databaseUrl);
    const tokens = await seedTokens(ground, databaseUrl, organization, CREDENTIALS);
    const service = await ground.start(databaseUrl, built('bench/serve.ts'));
    const variant = await ground.start(databaseUrl, built('bench/variants/query-per-request.ts'));
    const empty = await ground.startOther([built('bench/variants/empty-application.ts')], {});
    const peer = await startPeer(ground);
    const keys = (await (await fetch(`${peer.url}/keys`)).json()) as string[];
    const secrets = (): string[] => tokens.map(({ secret }) => secret);
    const guarded: Subject = {
      name: 'guarded',
      url: `${service.url}/bench/${organization}/guarded`,
      credentials: secrets,
    };
    const open: Subject = { name: 'public', url: `${service.url}/bench/open`, credentials: secrets };
    const perRequest: Subject = {
      name: 'one query per request',
      url: `${variant.url}/bench/${organization}/guarded`,
      credentials: secrets,
    };
    const betterAuth: Subject = { name: 'better-auth', url: `${peer.url}/guarded`, credentials: () => keys };
    const nothing: Subject = { name: 'empty application', url: `${empty.url}/open`, credentials: secrets };
    const outcome = await race([guarded, open, perRequest, betterAuth, nothing], options);
    await variant.stop();
    await empty.stop();
    await peer.stop();

    const rate = Math.round(median(outcome.get(open) ?? []) / 2);
    const latencies = await pacedLatencies([guarded, open], rate, options);
    await service.stop();
    const [guardedTail, openTail] = latencies;
    if (!guardedTail || !openTail) throw new Error('nothing was measured');
    return [
      ratioRow('guarded route ÷ the same route made public', outcome, [guarded, open], { bar: 0.8, aim: 0.95 }),
      ratioRow('fence ÷ one query per request', outcome, [guarded, perRequest], { bar: 4, aim: 6 }),
      ratioRow('guarded route ÷ better-auth’s API-key plugin', outcome, [guarded, betterAuth], { bar: 30, aim: 50 }),
      ratioRow('an empty application’s route ÷ better-auth’s API-key plugin', outcome, [nothing, betterAuth], {
        bar: null,
        aim: null,
      }),
      amountRow(
        'p99 added by the guard at half of the saturation rate',
        guardedTail.p99Ms - openTail.p99Ms,
        'ms',
        { bar: 5, aim: 2 },
        `at ${rate} requests/s, median second: guarded ${guardedTail.p99Ms.toFixed(1)} ms, public ${openTail.p99Ms.toFixed(1)} ms; median round: ${guardedTail.wholeP99Ms.toFixed(1)} ms, ${openTail.wholeP99Ms.toFixed(1)} ms`,
      ),
    ];
  },
};

async function startPeer(ground: Ground): ReturnType<Ground['startOther']> {
  const env = { DATABASE_URL: await ground.database('better_auth'), KEYS: String(CREDENTIALS), NODE_ENV: 'production' };
  return ground.startOther(['--import', TYPESCRIPT, PEER], env);
}

interface Latency {
  /** The median of the seconds' own p99, so that a stall of the machine, which is one second's, decides nothing. */
  readonly p99Ms: number;
  /** The median of the rounds' p99, with whatever the machine did meanwhile. */
  readonly wholeP99Ms: number;
}

async function pacedLatencies(
  subjects: readonly Subject[],
  rate: number,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Latency[]> {
  const all: PacedResult[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name, url, credentials }] of subjects.entries()) {
      const result = await load({ kind: 'paced', url, credentials: credentials(round), seconds, rate });
      console.log(
        `  ${name} at ${rate} requests/s: p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms`,
      );
      all[index]?.push(result);
    }
  }
  return all.map((results) => ({
    p99Ms: median(results.flatMap(({ p99sMs }) => p99sMs)),
    wholeP99Ms: median(results.map(({ p99Ms }) => p99Ms)),
  }));
}
