/** The rows as docs/benchmarks.md, and the machine they were measured on. */
import { cpus, totalmem } from 'node:os';
import { formattedMarkdown } from '../faults/markdown.js';
import type { Ground } from './ground.js';
import { CONNECTIONS } from './load/order.js';
import { hasWrk } from './load/wrk.js';
import type { Row } from './measures/measure.js';
import type { Options } from './options.js';

export async function describeMachine(ground: Ground): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const software = `Node ${process.versions.node}, PostgreSQL ${await ground.postgresVersion()}`;
  return `${cpus().length} cores (${model}), ${memory} of memory, ${software}`;
}

export function reportOf(rows: readonly Row[], machine: string, options: Options): Promise<string> {
  return formattedMarkdown(textOf(rows, machine, options));
}

function textOf(rows: readonly Row[], machine: string, { rounds, seconds, warmupSeconds }: Options): string {
  const cells = rows.map(({ measure, value, bar, aim, isReached, from }) =>
    [measure, `**${value}**`, bar, aim, verdictOf(isReached), from].join(' | '),
  );
  return `# Benchmarks

Written by \`npm run bench\`${rows.some(({ measure }) => measure.startsWith('10,000,000')) ? ' -- --big' : ''}. Do not edit.

Machine: ${machine}. PostgreSQL, the service and the load share it.

One process of the service as compiled JavaScript, \`LOG_LEVEL=warn\`, rate limits off, everything else as shipped;
${CONNECTIONS} keep-alive connections without pipelining from a process of its own (${hasWrk() ? 'wrk; where every token is used once, autocannon' : 'autocannon'}). Subjects take turns: ${rounds} rounds of
${seconds} s each after ${warmupSeconds} s of warm-up. Values are medians, ratios are of medians of the same rounds, and in brackets are
the least and the most. A run in which a single request failed is void.

| measure | value | bar | aim | bar reached | from |
|---|---|---|---|---|---|
| ${cells.join(' |\n| ')} |

- *Guarded* is the whole way: bearer, fence, comparison of the hash, role, scope and permission. *Public* is the same route
  without them; it is sent the same requests.
- *One query per request* is the service with its fence replaced by the fence's statement from a pool of 10 connections
  (\`bench/variants/\`).
- *better-auth* is its API-key plugin behind a plain Fastify route, on the same PostgreSQL, its rate limit off
  (\`bench/peers/\`).
- The *empty application* is NestJS on Fastify with one route and nothing of ours (\`bench/variants/\`): the most that one
  process serves on this machine, whatever it checks.
- Latency at half of the saturation rate comes from an open load: requests fall due at even distances, and the time counts
  from when one was due, after a first second that is not counted. The value is the difference of the medians of all
  seconds' own p99, so that a stall of the shared machine is one second's matter; beside it stand the rounds' whole p99.
- The workers are the service as \`npm start -- --workers\` runs it, on \`GET /api/v1/organizations/:organization\`.
`;
}

function verdictOf(isReached: boolean | null): string {
  if (isReached === null) return '';
  return isReached ? 'yes' : '**no**';
}
