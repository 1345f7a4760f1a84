/** What the comparison of the twins says, from the figures; and what was found about an earlier figure. Pure. */
import { SUBJECTS } from '../subjects.js';
import type { CellSummary, Summary } from '../summary.js';
import { ratioOf } from './tables.js';

export function guardedAgainstPublic({ cells }: Summary): string {
  const of = (subject: string): CellSummary | undefined =>
    cells.find((cell) => cell.table === 'twins' && cell.subject === subject);
  const [guarded, open] = [of(SUBJECTS.guarded.name), of(SUBJECTS.open.name)];
  const [guardedAwake, openAwake] = [SUBJECTS.guarded, SUBJECTS.open].map(({ name }) =>
    of(`${name}, cores kept awake`),
  );
  const work = processorOf(open) / processorOf(guarded);
  return `The twins again, in a race of their own, with the machine as it is and with every core kept awake by a process of the
lowest priority. Guarded ÷ public is **${ratioOf(guarded?.rate, open?.rate)}** by requests/s as it is, **${ratioOf(guardedAwake?.rate, openAwake?.rate)}** with the cores
awake, and **${work.toFixed(2)}** by the processor's time that one request takes in the service. The last one is what a guard costs in
work; requests/s also depend on who waits for whom.`;
}

function processorOf(cell: CellSummary | undefined): number {
  return (cell?.sample.userUsPerRequest ?? NaN) + (cell?.sample.systemUsPerRequest ?? NaN);
}

export function whatAGuardCosts(_summary: Summary): string {
  return 'TODO';
}
