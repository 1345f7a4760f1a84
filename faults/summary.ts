/** Generator of docs/faults.md. */
import type { CellResult } from './campaign.js';
import type { Control } from './controls.js';
import type { RunDescription } from './machine.js';
import { formattedMarkdown } from '../harness/markdown.js';
import { cutOffTable, failoverTable, rowOf, tableOf, verbTable } from './report.js';
import { medianGapMs } from './statistics.js';

export interface Conviction {
  readonly control: Control;
  readonly result: CellResult;
}

export interface Summary {
  readonly run: RunDescription;
  readonly convictions: readonly Conviction[];
  readonly results: readonly CellResult[];
}

export function summaryOf(summary: Summary): Promise<string> {
  return formattedMarkdown(textOf(summary));
}

function textOf({ run, convictions, results }: Summary): string {
  return [
    head(run),
    METHOD,
    controlsPart(convictions),
    servicePart(results),
    `## Instances that were cut off

Requests that began and ended while their instance, or every instance, could confirm nothing. Any accept among them is a
fail-open. A refusal is right where the credential is dead, or is none by its form or its signature.

${cutOffTable(results)}`,
    failoverPart(results),
    `## By verb

Over all faults; those in capitals are typed into psql, past the service.

${verbTable(results)}`,
  ].join('\n\n');
}

function head({ commit, machine, load, command, instances, seconds }: RunDescription): string {
  const [before, after] = load.map((each) => each.toFixed(2));
  return `# Immediate revocation under faults

Written by the fault run itself; do not edit.

- **Command**: \`${command}\`, ${Math.round(seconds)} s
- **Commit**: ${commit}
- **Machine**: ${machine}; load average ${before ?? '?'} before and ${after ?? '?'} at the end
- **Subject**: ${instances} processes of \`npm start\`, as \`npm run build\` made them`;
}

const METHOD = `Several processes of the service share one PostgreSQL, each through a network that can be cut or fall silent, behind a
round-robin balancer. One process with one monotonic clock sends everything and stamps every request just before its
bytes are written and just after its status line was read. Each credential is probed on warm connections to all
processes before, during and after its revocation, and on further ones in the moment of the acknowledgement.

Half of these connections ask a route that answers from the principal alone and has no query of its own
(\`GET /api/v1/principal\`, \`GET /api/v1/account/:account/projects\`): there, nothing fails in verification's place. The
others ask routes that read rows. For a lowered role there is no route of the first kind.

For each credential there must be one instant of revocation that explains all that was seen:
max(revocation's start, latest start of an accepted probe) ≤ min(revocation's end, earliest end of a refused probe).

- **stale accept**: a probe that started after the acknowledgement was accepted
- **resurrection**: a probe that started after a refusal was accepted
- **phantom refusal**: a probe that ended before the revocation began was refused
- **fail-open**: a credential that was never issued was accepted, or anything was by an instance that could confirm nothing
- **unexpected**: an answer that the contract does not know, such as 500, or a refusal with another status than the verb's
- **lost**: a probe that was sent and got no status line: its connection ended, was reset, or was silent for 20 s. Where a
  status line came and the rest did not, the status counts
- **no connection**: a probe that could not be sent, because no process took the connection
- **availability**: the share of answers that were verdicts and not 503; what got no answer is in the two columns before

A cell is no evidence, and fails, when more than 2 % of its probes are lost or without a connection (40 % and 90 % where the
fault kills one instance or everything), when no revocation was acknowledged, when an instance gave no verdict after an
acknowledgement, or when no request was answered while nothing could be confirmed.`;

function controlsPart(convictions: readonly Conviction[]): string {
  const rows = convictions.map(({ control, result }) => ({
    ...rowOf(result),
    title: `${control.title} (\`${result.cell.name}\`)`,
  }));
  return `## Positive controls

The same harness against variants that are wrong on purpose, each in the cell that its row names. It must convict every one of them in
every row by an accept that is stale, resurrected or fail-open. If it did not, the run would be void.

${tableOf(rows)}`;
}

function servicePart(results: readonly CellResult[]): string {
  const gap = medianGapMs(results.flatMap(({ histories }) => histories)).toFixed(2);
  return `## The service

${tableOf(results.map(rowOf))}

After half of the acknowledgements, the next probe started within ${gap} ms.`;
}

function failoverPart(results: readonly CellResult[]): string {
  return `## Failover to a promoted replica

The primary is killed, a physical streaming replica is promoted, and the network leads to it. With synchronous replication
nothing that was acknowledged may be lost. With asynchronous replication the replica is held back on purpose: what was
acknowledged after that is lost with the primary. This is a limit, not a promise
([operations](operations.md#failover)): the credentials work again on every instance, and these revocations have a column of
their own. What had reached the replica is judged as everywhere. An instance **notices** when its log says that
the database is another one than before.

${failoverTable(results)}`;
}
