/** Text on the comparison of the twins, from the figures, and the findings on an earlier figure. Pure. */
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
  return `The twins again, in separate rounds: with the machine as it is, and with every core kept awake by a process of the
lowest priority. Guarded ÷ public is **${ratioOf(guarded?.rate, open?.rate)}** by requests/s on the machine as it is and
**${ratioOf(guardedAwake?.rate, openAwake?.rate)}** with the cores awake. By the processor's time that a request takes in the service it is **${work.toFixed(2)}**. The last one is
the guard's work; requests/s also depend on wake-ups, and on the scheduling of the cores.`;
}

function processorOf(cell: CellSummary | undefined): number {
  return (cell?.sample.userUsPerRequest ?? NaN) + (cell?.sample.systemUsPerRequest ?? NaN);
}

/** Written by hand; its figures are not from the runs above. */
export const EARLIER_FINDINGS = `### An earlier 1.24

An earlier version of this page reported that the guarded route serves 1.24 times the requests of its public twin. Four
records of the same measurement reported 0.64, 0.83, 1.19 and 1.24; others measured 0.83 on a quiet machine and 0.65 under load. The findings of 26 November
2026, **on a busy machine** (2 Intel cores, load averages of 5 to 39, so only the proportions count; the
1.24 is of a machine with 2 AMD EPYC cores, which is gone):

- *No free guard.* The commit that had recorded 1.24, built again, took 59–65 µs of processor time for a guarded request and
  36–39 µs for a public one, once both were warm (10 rounds each of 2 s, 64 connections): 0.6. The rates varied threefold with
  the load meanwhile.
- *No burden of the public route.* Its profile (\`--cpu-prof\`) holds no hook, header or check that the guarded one lacks. In
  42 % of the samples it was inside \`writev\`, the system call that passes one response to the kernel. There the kernel also
  delivers the response on the loopback and wakes the load.
- *Order.* Rounds in the order guarded, public, public, guarded: a public round right after a guarded one took 16 % more
  processor time than one right after a public one (7 % at the old commit); a guarded round after a public one 4 % more than
  after a guarded one. In the old harness the public round always followed the guarded one. It explains a part of 1.24.
- *Scatter, unmentioned.* The rounds behind 1.24 overlapped: 17,599–22,542 guarded, 17,063–20,671 public.
- *Turns.* At 64 connections a turn of the event loop answered about 50 public requests, or about 16 guarded ones. A fence
  confirms all its waiting requests one right after another.

The likely cause of the rest: wake-ups slowed the public route down. On a quiet machine the load's core sleeps between
responses, and each response pays for waking it, which costs most in a virtual machine; responses after a shared fence find
it awake. Under load no core sleeps, and the ratio falls to that of the work: 0.64 and 0.65 were measured so. This could
not be proven where no core was ever idle. Therefore each run measures the twins with cores kept awake as well (above): if
the two ratios agree, waking explains nothing on that machine.

The harness had these defects: its twins differed in their paths (one had a parameter, the other none), they ran in one
fixed order without a lead-in, the page showed no processor time, and "half of saturation" was half of the public rate for both. The old
baseline, 11.8 times slower than the fence, was the fence's own loading statement, which is far heavier than a usual
SELECT.

### Costs around a guard

A public request to this service costs more than one to an empty NestJS application. Parts were taken out of the service one
by one, on the same busy machine; processor time of a public request, the least of 7 rounds of 1 s:

| variant | µs a request |
|---|---:|
| the service | 44.7 |
| without the throttle of each connection ([ADR 0021](decisions/0021-one-request-at-a-time.md)) | 38.1 |
| without the 13 security headers and the request id | 38.5 |
| without these two, CORS, cookies, the bound on requests in flight, the checks of requests and the durations for \`/metrics\` | 26.9 |
| empty NestJS | 19.4 |

The last difference is the request's id and log, three guards that pass it, and the validation pipe. Each part keeps a
promise, and none could be removed. The throttle costs most: bytes then pass through JavaScript, which Node's parser otherwise
reads from the socket itself. It is unnecessary only where no client can pipeline, such as behind a proxy that never does.`;
