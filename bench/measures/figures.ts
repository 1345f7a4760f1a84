/** Figures computed from interleaved rounds. */
import { medianOf, type Outcome, type SubjectLoad } from '../interleaved-runs.js';
import type { Bar, Figure, Quantity } from './measure.js';

/** Ratio of the median rates; higher is better. */
export function ratio(
  name: string,
  outcome: Outcome,
  [numerator, denominator]: readonly [SubjectLoad, SubjectLoad],
  bounds: { readonly bar: number; readonly aim: number } | null = null,
): Figure {
  const rates = [numerator, denominator].map((subjectLoad) => rateOf(subjectLoad, outcome));
  const [above, below] = rates;
  return {
    name,
    value: (above?.value ?? NaN) / (below?.value ?? NaN),
    unit: 'ratio',
    connections: numerator.connections,
    bar: bounds === null ? null : { is: 'at least', ...bounds },
    from: rates,
  };
}

/** Quantity of which less is better. */
export function amount(
  { name, value, unit }: Quantity,
  connections: number,
  bounds: { readonly bar: number; readonly aim: number },
  from: readonly Quantity[],
): Figure {
  const bar: Bar = { is: 'at most', ...bounds };
  return { name, value, unit, connections, bar, from };
}

function rateOf(subjectLoad: SubjectLoad, outcome: Outcome): Quantity {
  const { requestsPerSecond } = medianOf(outcome.get(subjectLoad) ?? []);
  return { name: subjectLoad.subject.name, value: requestsPerSecond, unit: 'requests/s' };
}
