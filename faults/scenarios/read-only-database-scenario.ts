/** Read-only database: it refuses writes for a while, as with a full disk or during a failover. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../deployment.js';
import type { Case } from '../revocations/revocation-case.js';
import type { Scenario } from './scenario.js';

const DURATION_MS = 400;
/** Time until every session has the new setting. */
const SETTLING_MS = 100;

/**
 * Each revocation is tried twice: in read-only mode, where it must not be acknowledged, and afterwards. The first one
 * cannot happen, so the history begins with the second: a refusal before it is a phantom.
 */
export const readOnlyScenario: Scenario = {
  name: 'read-only',
  title: 'The database read-only; revocations must fail, and succeed when tried again later',
  suits: ({ isRequest }) => isRequest,
  planRound: ({ deployment }, cases) => {
    const firstTries: Promise<unknown>[] = [];
    let setWritable: () => void = () => undefined;
    const writable = new Promise<void>((resolve) => (setWritable = resolve));
    return {
      cases: cases.map((each) => triedTwice(each, firstTries, writable)),
      fault: {
        before: () => setReadOnly(deployment, true),
        sent: async () => {
          await Promise.all(firstTries);
          await sleep(DURATION_MS);
          await setReadOnly(deployment, false);
          setWritable();
        },
      },
    };
  },
};

function triedTwice(original: Case, firstTries: Promise<unknown>[], writable: Promise<void>): Case {
  const { revoke } = original;
  if (!revoke) return original;
  return {
    ...original,
    revoke: async (connection) => {
      const first = revoke(connection);
      firstTries.push(first);
      const { start, end } = await first;
      if (end !== null) return { start, end };
      await writable;
      return revoke(connection);
    },
  };
}

async function setReadOnly({ postgres, psql }: Deployment, isReadOnly: boolean): Promise<void> {
  postgres.setReadOnly(isReadOnly);
  const wanted = isReadOnly ? 'on' : 'off';
  for (let value = ''; value !== wanted; await sleep(SETTLING_MS)) {
    const { rows } = await psql.query<{ value: string }>(
      "SELECT current_setting('default_transaction_read_only') AS value",
    );
    value = rows[0]?.value ?? '';
  }
}
