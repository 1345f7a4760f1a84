/** Unknown tokens against cached ones, and the memory that all of them use. */
import { runInterleaved, type Subject } from '../interleaved-runs.js';
import { seedOrganization, seedTokens } from '../tokens.js';
import { amount, ratio } from './figures.js';
import { USUAL_CONNECTIONS, type Measure } from './measure.js';

/** Share of the tokens that are in the cache since the warm-up. */
const WARM_SHARE = 0.05;

export const cold: Measure = {
  name: 'cold',
  take: async (environment, options) => {
    const databaseUrl = await environment.serviceDatabase('cold');
    const organization = await seedOrganization(environment, databaseUrl);
    const tokens = await seedTokens(environment, databaseUrl, organization, options.tokens);
    const secrets = tokens.map(({ secret }) => secret);
    const service = await environment.start(databaseUrl, 'bench/serve.ts');
    const before = (await service.usage()).memory;
    const url = `${service.url}/bench/${organization}/guarded`;

    const warmCount = Math.ceil(secrets.length * WARM_SHARE);
    const known = secrets.slice(0, warmCount);
    const perRound = Math.floor((secrets.length - warmCount) / (options.rounds + 1));
    // Own warm-up, so that the code for loading is warm when the first round begins.
    const part = (round: number): string[] =>
      secrets.slice(warmCount + (round + 1) * perRound, warmCount + (round + 2) * perRound);
    const seen = { name: 'remembered', server: service, url, credentials: () => known };
    const unseen: Subject = { ...seen, name: 'never seen', credentials: part, isOnceEach: true };
    const warm = { subject: seen, connections: USUAL_CONNECTIONS };
    const never = { subject: unseen, connections: USUAL_CONNECTIONS };
    const outcome = await runInterleaved([warm, never], options);
    const after = (await service.usage()).memory;
    await service.stop();
    const facts = warmCount + perRound * (options.rounds + 1);
    const figures = [
      ratio('tokens never seen before ÷ remembered ones', outcome, [never, warm], { bar: 0.25, aim: 0.4 }),
      amount(
        {
          name: `resident memory with ${facts.toLocaleString('en')} facts, after the load`,
          value: mebibytes(after.rss),
          unit: 'MiB',
        },
        USUAL_CONNECTIONS,
        { bar: 350, aim: 250 },
        [
          { name: 'before the first request', value: mebibytes(before.rss), unit: 'MiB' },
          { name: 'heap in use', value: mebibytes(after.heapUsed), unit: 'MiB' },
        ],
      ),
    ];
    return { figures };
  },
};

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
