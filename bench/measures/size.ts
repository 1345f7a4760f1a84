/** Table size: a table of millions of rows against one of thousands, as two databases on one server. */
import type { Environment } from '../environment.js';
import { runInterleaved, type SubjectLoad } from '../interleaved-runs.js';
import { seedOrganization, seedTokens, seedUnknownTokens } from '../tokens.js';
import { ratio } from './figures.js';
import { USUAL_CONNECTIONS, type Measure } from './measure.js';

/** Rows of the small table, and number of tokens used with either. */
const USED_TOKENS = 10_000;
const ORGANIZATIONS = 100;

export const size: Measure = {
  name: 'size',
  isExtra: true,
  take: async (environment, options) => {
    const rows = Math.max(options.bigTable ?? 0, USED_TOKENS);
    const small = await subjectWith(environment, 'small', USED_TOKENS);
    const large = await subjectWith(environment, 'large', rows);
    const outcome = await runInterleaved([large, small], options);
    const measure = `${rows.toLocaleString('en')} tokens in the table ÷ ${USED_TOKENS.toLocaleString('en')}`;
    return { figures: [ratio(measure, outcome, [large, small], { bar: 0.9, aim: 1 })] };
  },
};

async function subjectWith(environment: Environment, name: string, rows: number): Promise<SubjectLoad> {
  const databaseUrl = await environment.serviceDatabase(`size_${name}`);
  const organization = await seedOrganization(environment, databaseUrl);
  if (rows > USED_TOKENS) {
    const others: string[] = [];
    for (let index = 0; index < ORGANIZATIONS; index += 1)
      others.push(await seedOrganization(environment, databaseUrl));
    await seedUnknownTokens(environment, databaseUrl, others, rows - USED_TOKENS);
  }
  const secrets = (await seedTokens(environment, databaseUrl, organization, USED_TOKENS)).map(({ secret }) => secret);
  const service = await environment.start(databaseUrl, 'bench/serve.ts');
  const url = `${service.url}/bench/${organization}/guarded`;
  const subject = { name: `${name} table`, server: service, url, credentials: () => secrets };
  return { subject, connections: USUAL_CONNECTIONS };
}
