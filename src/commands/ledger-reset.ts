/**
 * `npm run ledger:reset -- testnet`: deletes the accounts of one simulated network, like a reset of the real network.
 */
import { ledgerDriver } from '../../config/ledger.js';
import { processEnv } from '../../config/process-env.js';
import { NETWORK_NAMES, type NetworkName } from '../ledger-accounts/networks/ledger-network.js';
import { RESET } from '../ledger-accounts/networks/simulated/reset.sql.js';
import { SessionClient } from '../platform/database/session-client.js';
import { withDatabase } from './running-database.js';

try {
  const env = processEnv();
  const network = networkOf(process.argv.slice(2));
  requireSimulated(ledgerDriver(env));
  const accounts = await withDatabase(env, (url) => reset(url, network));
  process.stdout.write(`Reset ${network}: it has forgotten ${accounts} ${accounts === 1 ? 'account' : 'accounts'}.\n`);
} catch (error) {
  process.stderr.write(`ledger:reset: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function networkOf(args: readonly string[]): NetworkName {
  const network = NETWORK_NAMES.find((name) => name === args[0]);
  if (network !== undefined && args.length === 1) return network;
  throw new Error(`name one network that is reset now and then: ${NETWORK_NAMES.join(' or ')}`);
}

function requireSimulated(driver: ReturnType<typeof ledgerDriver>): void {
  if (driver === 'simulated') return;
  throw new Error('only simulated networks are ours to reset, and LEDGER_NETWORK_DRIVER chooses another driver');
}

async function reset(url: string, network: NetworkName): Promise<number> {
  const client = new SessionClient({ connectionString: url, application_name: 'latchkey ledger:reset' });
  // A broken connection already fails the running statement.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ accounts: number }>(RESET, [network]);
    return rows[0]?.accounts ?? 0;
  } finally {
    await client.end();
  }
}
