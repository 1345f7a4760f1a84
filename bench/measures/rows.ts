/** Rows of the table, made from the rounds of a race. */
import { median, type Outcome, type Subject } from '../race.js';
import type { Row } from './measure.js';

interface Bounds {
  readonly bar: number | null;
  readonly aim: number | null;
}

/** The medians' ratio, the higher the better. */
export function ratioRow(
  measure: string,
  outcome: Outcome,
  [numerator, denominator]: readonly [Subject, Subject],
  { bar, aim }: Bounds,
): Row {
  const ratio = median(outcome.get(numerator) ?? []) / median(outcome.get(denominator) ?? []);
  return {
    measure,
    value: ratio.toFixed(2),
    bar: bar === null ? 'reported' : `≥ ${bar}`,
    aim: aim === null ? '' : String(aim),
    isReached: bar === null ? null : ratio >= bar,
    from: [numerator, denominator].map((subject) => describe(subject, outcome)).join('; '),
  };
}

/** A quantity with a unit, the lower the better. */
export function amountRow(measure: string, amount: number, unit: string, { bar, aim }: Bounds, from: string): Row {
  return {
    measure,
    value: `${amount < 100 ? amount.toFixed(1) : Math.round(amount)} ${unit}`,
    bar: bar === null ? 'reported' : `≤ ${bar} ${unit}`,
    aim: aim === null ? '' : `${aim} ${unit}`,
    isReached: bar === null ? null : amount <= bar,
    from,
  };
}

function describe(subject: Subject, outcome: Outcome): string {
  const rates = (outcome.get(subject) ?? []).map((rate) => Math.round(rate)).sort((a, b) => a - b);
  return `${subject.name} ${Math.round(median(rates))} requests/s (${rates[0] ?? '?'}–${rates.at(-1) ?? '?'})`;
}
