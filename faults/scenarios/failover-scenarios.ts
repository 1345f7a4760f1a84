/** Failovers: a replica replaces the primary that died. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../deployment.js';
import type { Revocation } from '../history.js';
import type { ReplicatedPostgres } from '../replicated-postgres.js';
import type { Case } from '../revocations/revocation-case.js';
import { afterSomeAcknowledgement, type Scenario } from './scenario.js';

/** Start of the log line of an instance that meets the promoted server (src/verification/database-history.ts). */
const LOG_NOTICE = 'The database is not the one of before';
const ROUNDS = 2;
/** Time for the revocations to be committed on the primary, where they wait for the replica. */
const WAITING_MS = 300;

/** Every second time the replication is held before all are revoked, so that none may be acknowledged. */
const synchronous: Scenario = {
  name: 'failover',
  title: "The primary killed and a replica promoted; replication synchronous (`synchronous_standby_names = '*'`)",
  needsReplica: true,
  minimumRounds: ROUNDS,
  tearDown: requireNotices,
  planRound: async ({ deployment, round }, cases) => {
    const replication = replicationOf(deployment);
    await replication.ensureReplica(true);
    if (round % 2 === 0) return { cases, fault: afterSomeAcknowledgement(cases, () => failOver(deployment)) };
    return {
      cases,
      fault: {
        before: () => replication.hold(),
        sent: async () => {
          await sleep(WAITING_MS);
          await failOver(deployment);
        },
      },
    };
  },
};

/**
 * Half of the revocations reach the replica. Then the replication is held, and later acknowledgements are lost with the
 * primary.
 */
const asynchronous: Scenario = {
  name: 'failover-asynchronous',
  title: 'The primary killed and a replica promoted; replication asynchronous, and held back before the latter half',
  needsReplica: true,
  losesRevocations: true,
  minimumRounds: ROUNDS,
  // An expiry is in the row from the beginning, so it reaches the replica with the row.
  suits: ({ name }) => name !== 'expiry reached',
  tearDown: requireNotices,
  planRound: async ({ deployment }, cases) => {
    const replication = replicationOf(deployment);
    await replication.ensureReplica(false);
    const revocable = cases.filter(({ revoke }) => revoke !== null);
    const early = Math.ceil(revocable.length / 2);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const earlyOnes: Promise<Revocation>[] = [];
    let diedAt: number | undefined;
    const late = revocable.slice(early).map((each) => revokedAfter(held, each, () => diedAt));
    return {
      cases: [
        ...cases.filter(({ revoke }) => revoke === null),
        ...revocable.slice(0, early).map((each) => noted(each, earlyOnes)),
        ...late,
      ],
      fault: {
        sent: async () => {
          await Promise.all(earlyOnes);
          await replication.untilCaughtUp(false);
          replication.hold();
          release();
        },
        after: async () => {
          diedAt = performance.now();
          await failOver(deployment);
        },
      },
    };
  },
};

function noted(original: Case, into: Promise<Revocation>[]): Case {
  const { revoke } = original;
  if (!revoke) return original;
  return {
    ...original,
    revoke: (connection) => {
      const revoking = revoke(connection);
      into.push(revoking);
      return revoking;
    },
  };
}

function revokedAfter(held: Promise<void>, original: Case, undoneFrom: () => number | undefined): Case {
  const { revoke } = original;
  if (!revoke) return original;
  return {
    ...original,
    undoneFrom,
    revoke: async (connection) => {
      await held;
      return revoke(connection);
    },
  };
}

async function failOver(deployment: Deployment): Promise<void> {
  deployment.redirectTo(await replicationOf(deployment).failOver());
}

/** Throws unless every instance has logged the failover: a silent loss would go unnoticed. */
async function requireNotices({ instances }: Deployment): Promise<void> {
  const silent = instances.filter(({ service }) => !service.hasLogged(LOG_NOTICE)).map(({ name }) => name);
  if (silent.length > 0) throw new Error(`${silent.join(', ')} did not notice the failover`);
  await Promise.resolve();
}

function replicationOf({ replication }: Deployment): ReplicatedPostgres {
  if (!replication) throw new Error('there is no replica here');
  return replication;
}

export const failoverScenarios: readonly Scenario[] = [synchronous, asynchronous];
