/** docs/faults.md. */
import type { CellResult } from './campaign.js';
import { controls } from './controls.js';
import { formattedMarkdown } from './markdown.js';
import { rowOf, tableOf, verbTable } from './report.js';
import { medianGapMs } from './tally.js';

export interface Summary {
  readonly machine: string;
  readonly convictions: readonly CellResult[];
  readonly results: readonly CellResult[];
}

export function summaryOf(summary: Summary): Promise<string> {
  return formattedMarkdown(textOf(summary));
}

function textOf({ machine, convictions, results }: Summary): string {
  const controlRows = convictions.map((result, index) => ({
    ...rowOf(result),
    title: `${controls[index]?.title ?? ''} (${result.cell.name})`,
  }));
  return `# Immediate revocation under faults

Written by \`npm run faults\`; do not edit. ${machine}.

Several processes of the service share one PostgreSQL, each through a network that can be cut or fall silent, behind a
round-robin balancer. One process with one monotonic clock sends everything and stamps every request just before its
bytes are written and just after its status line was read. Each credential is probed on warm connections to all
processes before, during and after its revocation, and on further ones in the moment of the acknowledgement.

For each credential there must be one instant of revocation that explains all that was seen:
max(revocation's start, latest start of an accepted probe) ≤ min(revocation's end, earliest end of a refused probe).

- **stale accept**: a probe that started after the acknowledgement was accepted
- **resurrection**: a probe that started after a refusal was accepted
- **phantom refusal**: a probe that ended before the revocation began was refused
- **fail-open**: a credential that was never issued was accepted, or anything was while nothing could be confirmed
- **unexpected**: an answer that the contract does not know, such as 500, or a refusal with another status than the verb's
- **availability**: the share of answers that were verdicts and not 503

## Positive control

The same harness against variants that are wrong on purpose. If it did not convict them, the run would be void.

${tableOf(controlRows)}

## The service

${tableOf(results.map(rowOf))}

After half of the acknowledgements, the next probe started within
${medianGapMs(results.flatMap(({ histories }) => histories)).toFixed(2)} ms.

## By verb

Over all faults; those in capitals are typed into psql, past the service.

${verbTable(results)}
`;
}
