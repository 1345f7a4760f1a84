/** Table size: a table of millions of rows against one of thousands, as two databases on one server. */
import type { Environment } from '../environment.js';
import { runInterleaved, type Entrant } from '../interleaved-runs.js';
import { seedOrganization, seedTokens, seedUnknownTokens } from '../tokens.js';
import { USUAL_CONNECTIONS, type Measure } from './measure.js';
import { ratio } from './figures.js';

/** Rows of the small table, and number of tokens used with either. */
const PRESENTED = 10_000;
const ORGANIZATIONS = 100;

export const size: Measure = {
  name: 'size',
  isExtra: true,
  take: async (ground, options) => {
    const rows = Math.max(options.bigTable ?? 0, PRESENTED);
    const small = await subjectWith(ground, 'small', PRESENTED);
    const large = await subjectWith(ground, 'large', rows);
    const outcome = await runInterleaved([large, small], options);
    const measure = `${rows.toLocaleString('en')} tokens in the table ÷ ${PRESENTED.toLocaleString('en')}`;
    return { figures: [ratio(measure, outcome, [large, small], { bar: 0.9, aim: 1 })] };
  },
};

async function subjectWith(ground: Environment, name: string, rows: number): Promise<Entrant> {
  const databaseUrl = await ground.serviceDatabase(`size_${name}`);
  const organization = await seedOrganization(ground, databaseUrl);
  if (rows > PRESENTED) {
    const others: string[] = [];
    for (let index = 0; index < ORGANIZATIONS; index += 1) others.push(await seedOrganization(ground, databaseUrl));
    await seedUnknownTokens(ground, databaseUrl, others, rows - PRESENTED);
  }
  const secrets = (await seedTokens(ground, databaseUrl, organization, PRESENTED)).map(({ secret }) => secret);
  const service = await ground.start(databaseUrl, 'bench/serve.ts');
  const url = `${service.url}/bench/${organization}/guarded`;
  const subject = { name: `${name} table`, server: service, url, credentials: () => secrets };
  return { subject, connections: USUAL_CONNECTIONS };
}
