/** Figures computed from interleaved rounds. */
import { medianOf, type Entrant, type Outcome } from '../interleaved-runs.js';
import type { Bar, Figure, Quantity } from './measure.js';

/** Ratio of the median rates; higher is better. */
export function ratio(
  name: string,
  outcome: Outcome,
  [numerator, denominator]: readonly [Entrant, Entrant],
  bounds: { readonly bar: number; readonly aim: number } | null = null,
): Figure {
  const rates = [numerator, denominator].map((entrant) => rateOf(entrant, outcome));
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

function rateOf(entrant: Entrant, outcome: Outcome): Quantity {
  const { requestsPerSecond } = medianOf(outcome.get(entrant) ?? []);
  return { name: entrant.subject.name, value: requestsPerSecond, unit: 'requests/s' };
}
