/** Faults of the connections between the service and PostgreSQL. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../deployment.js';
import { signalTo } from '../postgres.js';
import { verificationConnections, type ConnectionFilter } from '../proxy.js';
import type { Fault } from '../round.js';
import { affectedInstance, inTurn, lasting, othersThan, scenarioOf, type ScenarioContext } from './scenario.js';

const OUTAGES_MS = [1_500, 200, 700, 3_000] as const;
const LATE_MS = 1_200;
const DELAYS_MS = [200, 60, 400] as const;
const CUTS_MS = 600;
const BETWEEN_CUTS_MS = 40;

const PIDS = 'SELECT pid FROM pg_stat_activity WHERE client_port = ANY($1)';
/** $1: client ports of the connections to be ended. */
export const END_CONNECTIONS =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port = ANY($1) AND pid <> pg_backend_pid()';

/** Returns the server's process ids behind an instance's connections. */
async function backendsOf(context: ScenarioContext, { proxy }: Instance, which: ConnectionFilter): Promise<number[]> {
  const { rows } = await context.deployment.psql.query<{ pid: number }>(PIDS, [proxy.clientPorts(which)]);
  return rows.map(({ pid }) => pid);
}

/** Fault that repeats a step until its end. */
function repeated(ms: number, everyMs: number, step: () => Promise<void>, end?: () => void): Fault {
  let isOver = false;
  let steps: Promise<void> = Promise.resolve();
  const loop = async (): Promise<void> => {
    for (; !isOver; await sleep(everyMs)) await step();
  };
  return lasting(
    ms,
    async () => {
      await step();
      steps = loop();
    },
    async () => {
      isOver = true;
      await steps;
      end?.();
    },
  );
}

const fenceCut = scenarioOf({
  name: 'fence-cut',
  title: 'Verification’s connections ended by `pg_terminate_backend`, again and again, on all instances',
  fault: (context: ScenarioContext): Fault =>
    repeated(CUTS_MS, BETWEEN_CUTS_MS, async () => {
      const { instances, psql } = context.deployment;
      const ports = instances.flatMap(({ proxy }) => proxy.clientPorts(verificationConnections));
      await psql.query(END_CONNECTIONS, [ports]);
    }),
});

const fenceFrozen = scenarioOf({
  name: 'fence-frozen',
  title: 'The server’s processes behind one instance’s verification stopped for 0.2–3 s, new ones too',
  fault: (context: ScenarioContext): Fault => {
    const frozen = new Set<number>();
    const freeze = async (): Promise<void> => {
      for (const pid of await backendsOf(context, affectedInstance(context), verificationConnections)) {
        frozen.add(pid);
        signalTo(pid, 'SIGSTOP');
      }
    };
    return repeated(inTurn(OUTAGES_MS, context.round), BETWEEN_CUTS_MS, freeze, () => {
      for (const pid of frozen) signalTo(pid, 'SIGCONT');
    });
  },
});

/** Every second time the connections break at the end, and the bytes sent into the black hole are lost. */
const fenceBlackHole = scenarioOf({
  name: 'fence-black-hole',
  title: 'One instance’s verification connections swallow every byte, for 0.2–3 s',
  fault: (context: ScenarioContext): Fault => {
    const affected = affectedInstance(context);
    const { proxy } = affected;
    let start = 0;
    return lasting(
      inTurn(OUTAGES_MS, context.round),
      () => {
        proxy.hold(verificationConnections);
        start = performance.now();
      },
      async () => {
        context.blackouts.push({ instance: affected.name, start, end: performance.now() });
        if (context.round % 2 === 1) proxy.cut(verificationConnections);
        await proxy.heal();
      },
    );
  },
});

/** Detects a service that confirms a request by a query sent before the request arrived. */
const fenceLate = scenarioOf({
  name: 'fence-late',
  title: 'PostgreSQL’s answers to one instance’s verification 60–400 ms late',
  fault: (context: ScenarioContext): Fault => {
    const affected = affectedInstance(context);
    const late = lasting(
      LATE_MS,
      () => affected.proxy.delayAnswers(verificationConnections, inTurn(DELAYS_MS, context.round)),
      () => affected.proxy.heal(),
    );
    return { ...late, revokers: othersThan(affected, context) };
  },
});

export const connectionScenarios = [fenceCut, fenceLate, fenceBlackHole, fenceFrozen];
