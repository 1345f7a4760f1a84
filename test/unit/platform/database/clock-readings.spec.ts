/**
 * Where the service reads a clock. A new reading makes this red, so that its author looks: what ends, ends by the database's
 * clock (docs/decisions/0016-the-databases-clock.md), and has a line in test/support/lifetimes.
 */
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROCESS_CLOCK = /Date\.now\(\)|new Date\(\)/g;
const DATABASE_CLOCK =
  /clock_timestamp\(\)(?=\s*[-+])|[<>]=?\s*(?:clock_timestamp\(\)|now\(\)|\$\{(?:this\.)?(?:clock\.sql|NOW_MS|now)\})/g;

/** No lifetime: how long this process waits, what its own log says, and what another network's clock judges. */
const BY_THE_PROCESS = {
  'src/platform/database/embedded/leftover-processes.ts': 2,
  'src/platform/database/embedded/postmaster.ts': 2,
  'src/platform/logging/logging.ts': 1,
  'src/ledger-accounts/networks/hedera/mirror.ts': 1,
  'src/ledger-accounts/networks/transaction-id.ts': 1,
  'src/platform/process/shutdown.ts': 4,
  'src/platform/process/worker-processes.ts': 2,
};

/** Comparisons and sums in SQL: each is a line in test/support/lifetimes, but for those with a remark. */
const BY_THE_DATABASE = {
  'src/access-tokens/access-tokens.sql.ts': 1,
  'src/access-tokens/issuing.repository.ts': 1,
  // When a token was last used: told, not judged.
  'src/verification/usage/token-usage.repository.ts': 1,
  'src/user-account/mailed-links.repository.ts': 3,
  'src/auth/sessions/known-sources.repository.ts': 4,
  'src/auth/sessions/sessions.repository.ts': 8,
  'src/ledger-accounts/provisioning/account-work.repository.ts': 1,
  // The simulated network's own rule, which stands for a network's.
  'src/ledger-accounts/networks/simulated/simulated-ledger.repository.ts': 1,
  'src/ledger-accounts/keys/sealed-keys.repository.ts': 1,
  'src/memberships/invitations/invitations.repository.ts': 4,
  // When a job is next tried, and when one counts as abandoned: held by test/api/mail/queue.spec.ts.
  'src/platform/queue/job-queue.service.ts': 1,
  'src/platform/queue/queue-worker.service.ts': 1,
  'src/platform/rate-limits/database-timed-store.ts': 3,
  'src/platform/rate-limits/rate-limits.service.ts': 2,
  'src/verification/change-log-pruner.task.ts': 1,
};

describe('a clock is read only where it is known', () => {
  it.each([
    ['the process’s', PROCESS_CLOCK, BY_THE_PROCESS],
    ['the database’s', DATABASE_CLOCK, BY_THE_DATABASE],
  ])('%s', (_, reading, known) => {
    expect(readingsOf(reading)).toEqual(known);
  });
});

function readingsOf(reading: RegExp): Record<string, number> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const counted = files.map((name) => {
    const path = join('src', name);
    return [path, readFileSync(path, 'utf8').match(reading)?.length ?? 0] as const;
  });
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
