/** Generator of docs/faults.md. */
import { formattedMarkdown } from '../harness/markdown.js';
import type { ScenarioResult } from './campaign.js';
import type { Control } from './controls.js';
import type { RunDescription } from './machine.js';
import { cutOffTable, failoverTable, revocationTable, rowOf, tableOf } from './report.js';
import { medianGapMs } from './statistics.js';

export interface Detection {
  readonly control: Control;
  readonly result: ScenarioResult;
}

export interface Summary {
  readonly run: RunDescription;
  readonly detections: readonly Detection[];
  readonly results: readonly ScenarioResult[];
}

export function summaryOf(summary: Summary): Promise<string> {
  return formattedMarkdown(textOf(summary));
}

function textOf({ run, detections, results }: Summary): string {
  return [
    head(run),
    METHOD,
    controlsPart(detections),
    servicePart(results),
    `## Instances without the database

Requests that began and ended while their instance, or every instance, could confirm nothing. Any accept among them is a
fail-open. A refusal is correct when the credential is revoked, or is invalid by its format or its signature.

${cutOffTable(results)}`,
    failoverPart(results),
    `## By kind of revocation

Over all faults. Kinds in capitals are SQL statements in psql, which bypass the service.

${revocationTable(results)}`,
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

const METHOD = `Several processes of the service share one PostgreSQL behind a round-robin load balancer. A network proxy between each
process and the database can be cut or fall silent. One process with one monotonic clock sends all requests. It takes a
timestamp just before the bytes of a request are written and just after its status line was read. Each credential is
probed on warm connections to all processes before, during and after its revocation, and on further ones right after the
acknowledgement.

Half of these connections request a route that responds from the principal alone, without a query of its own
(\`GET /api/v1/principal\`, \`GET /api/v1/account/:account/projects\`): no query can fail there instead of verification. The
others request routes that read rows. For a lowered role there is no route of the first kind.

For each credential one instant of revocation must explain all observations:
max(revocation's start, latest start of an accepted probe) ≤ min(revocation's end, earliest end of a refused probe).

- **stale accept**: a probe that started after the acknowledgement was accepted
- **resurrection**: a probe that started after a refusal was accepted
- **phantom refusal**: a probe that ended before the revocation began was refused
- **fail-open**: a probe was accepted whose credential was never issued, or whose instance could confirm nothing
- **unexpected**: a response outside the contract, such as 500, or a refusal with another status than the revocation's
- **lost**: a probe that was sent and got no status line: its connection ended, was reset, or was silent for 20 s. Where a
  status line came and the rest did not, the status counts
- **no connection**: a probe that could not be sent, because no process accepted the connection
- **availability**: the share of responses that were verdicts and not 503; the two columns before count missing responses

A scenario fails for lack of evidence in four cases: more than 2 % of its probes are lost or without a connection (40 %
and 90 % when the fault kills one instance or everything), no revocation was acknowledged, an instance gave no verdict after
an acknowledgement, or no request was answered while nothing could be confirmed.`;

function controlsPart(detections: readonly Detection[]): string {
  const rows = detections.map(({ control, result }) => ({
    ...rowOf(result),
    title: `${control.title} (\`${result.scenario.name}\`)`,
  }));
  return `## Positive controls

The same harness runs against variants with a deliberate defect, each in the scenario that its row names. It must detect
each of them in every row by an accept that is stale, resurrected or fail-open. Otherwise the run is void.

${tableOf(rows)}`;
}

function servicePart(results: readonly ScenarioResult[]): string {
  const gap = medianGapMs(results.flatMap(({ histories }) => histories)).toFixed(2);
  return `## The service

${tableOf(results.map(rowOf))}

After half of the acknowledgements, the next probe started within ${gap} ms.`;
}

function failoverPart(results: readonly ScenarioResult[]): string {
  return `## Failover to a promoted replica

The primary is killed, a physical streaming replica is promoted, and the network leads to it. With synchronous replication
no acknowledged revocation may be lost. With asynchronous replication the replica is held back on purpose: revocations
acknowledged after that are lost with the primary. This is a limit, not a promise
([operations](operations.md#failover)): the credentials work again on every instance, and these revocations have a column of
their own. Revocations that had reached the replica count as everywhere. An instance **notices** the failover when its log
says that the database is another one than before.

${failoverTable(results)}`;
}
