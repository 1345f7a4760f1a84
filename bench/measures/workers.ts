/**
 * Two worker processes against one, with the shipped configuration, on a route of the service. The load shares the
 * machine.
 */
import { runInterleaved, type SubjectLoad } from '../interleaved-runs.js';
import { seedOrganization, seedTokens } from '../tokens.js';
import { ratio } from './figures.js';
import { USUAL_CONNECTIONS, type Measure } from './measure.js';

export const workers: Measure = {
  name: 'workers',
  take: async (environment, options) => {
    const databaseUrl = await environment.serviceDatabase('workers');
    const organization = await seedOrganization(environment, databaseUrl);
    const secrets = (await seedTokens(environment, databaseUrl, organization, options.credentials)).map(
      ({ secret }) => secret,
    );
    const start = async (count: number): Promise<SubjectLoad> => {
      const service = await environment.start(databaseUrl, 'src/main.ts', '--workers', String(count));
      const url = `${service.url}/api/v1/organizations/${organization}`;
      // A cluster does not report its usage.
      const subject = { name: `${count} of them`, server: null, url, credentials: () => secrets };
      return { subject, connections: USUAL_CONNECTIONS };
    };
    const one = await start(1);
    const two = await start(2);
    const outcome = await runInterleaved([one, two], options);
    const route = 'GET …/organizations/:organization';
    return { figures: [ratio(`2 workers ÷ 1, on ${route}`, outcome, [two, one])] };
  },
};
