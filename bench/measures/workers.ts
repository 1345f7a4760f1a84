/** Two processes against one, as shipped, on a route of the service. The load takes its part of the same machine. */
import { built } from '../build.js';
import { race, type Subject } from '../race.js';
import { seedOrganization, seedTokens } from '../tokens.js';
import type { Measure } from './measure.js';
import { ratioRow } from './rows.js';

const CREDENTIALS = 1_000;

export const workers: Measure = {
  name: 'workers',
  take: async (ground, options) => {
    const databaseUrl = await ground.serviceDatabase('workers');
    const organization = await seedOrganization(ground, databaseUrl);
    const secrets = (await seedTokens(ground, databaseUrl, organization, CREDENTIALS)).map(({ secret }) => secret);
    const start = async (count: number): Promise<Subject> => {
      const service = await ground.start(databaseUrl, built('src/main.ts'), '--workers', String(count));
      const url = `${service.url}/api/v1/organizations/${organization}`;
      return { name: `${count} of them`, url, credentials: () => secrets };
    };
    const one = await start(1);
    const two = await start(2);
    const outcome = await race([one, two], options);
    return [ratioRow('2 workers ÷ 1', outcome, [two, one], { bar: null, aim: null })];
  },
};
