/** What a mutation run has found: the survivors, a table of files, and whether each part has reached its bar. */
import { readFileSync } from 'node:fs';
import { writeHolders } from './holders.js';
import { roomOf, ROOMS } from './rooms.js';
import { lineOf } from './survivors.js';

type Mutant = Parameters<typeof lineOf>[2] & { readonly status: string; readonly statusReason?: string };

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Score {
  readonly killed: number;
  readonly byTime: number;
  readonly survived: number;
}

/** Whether all mutants were run, a few of all files, or a number of each part that estimates its score. */
export type Extent = 'whole' | 'sample' | 'per part';

/** As rare as that, and it is no chance any more that a sample has so few killed. */
const RARE = 0.001;

/** The two-sided quantile of the normal distribution for an interval of 95 %. */
const Z = 1.96;

/** Prints everything; false when a part is below its bar, or a sample further below the bars than chance explains. */
export function judge(reportFile: string, extent: Extent): boolean {
  const { files } = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  const names = Object.keys(files).toSorted();
  if (extent !== 'sample')
    writeHolders(Object.fromEntries(names.map((name) => [name, killersOf(files[name]?.mutants ?? [])])));
  for (const [name, { source, mutants }] of Object.entries(files)) {
    for (const mutant of mutants.filter(isSurvivor)) console.log(lineOf(name, source, mutant));
  }
  for (const name of names) print(name, scoreOf(files[name]?.mutants ?? []));
  const parts = ROOMS.map(({ name: part, bar }) => {
    const own = names.filter((name) => roomOf(name).name === part);
    return { part, bar, score: scoreOf(own.flatMap((name) => files[name]?.mutants ?? [])) };
  }).filter(({ score }) => totalOf(score) > 0);
  for (const { part, bar, score } of parts) {
    print(`${part} (bar ${bar} %)`, score, extent === 'per part' ? ` (${intervalOf(score).join(' to ')} %)` : '');
  }
  // A mistake in the command, or a machine so slow that a sample has come to nothing.
  if (parts.length === 0) throw new Error('No mutant was judged.');
  return extent === 'sample' ? chanceOf(parts) >= RARE : parts.every(({ bar, score }) => percentOf(score) >= bar);
}

/** The spec file of each killed mutant, with which the runner begins the reason. */
function killersOf(mutants: readonly Mutant[]): string[] {
  return mutants.flatMap(({ status, statusReason }) =>
    status === 'Killed' ? (/^test\S+/.exec(statusReason ?? '') ?? []) : [],
  );
}

function isSurvivor({ status }: Mutant): boolean {
  return status === 'Survived';
}

function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (wanted: string) => mutants.filter(({ status }) => status === wanted).length;
  return { killed: count('Killed'), byTime: count('Timeout'), survived: count('Survived') };
}

function totalOf({ killed, byTime, survived }: Score): number {
  return killed + byTime + survived;
}

function percentOf(score: Score): number {
  return (100 * (score.killed + score.byTime)) / totalOf(score);
}

/** How likely as few as these are killed in all, or fewer, where each part is exactly at its bar. */
export function chanceOf(parts: readonly { readonly bar: number; readonly score: Score }[]): number {
  // The chances of 0, 1, 2, … killed, one mutant after the other.
  let chances = [1];
  for (const { bar, score } of parts) {
    for (let mutant = 0; mutant < totalOf(score); mutant += 1) {
      const killed = chances.map((chance) => (chance * bar) / 100);
      chances = [...chances, 0].map((chance, count) => chance * (1 - bar / 100) + (killed[count - 1] ?? 0));
    }
  }
  const seen = parts.reduce((sum, { score }) => sum + score.killed + score.byTime, 0);
  return chances.slice(0, seen + 1).reduce((sum, chance) => sum + chance, 0);
}

/**
 * Wilson's interval of 95 %, in percent: where the score of all mutants lies, when these were drawn by chance.
 * E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
 */
export function intervalOf(score: Score): [string, string] {
  const total = totalOf(score);
  const share = percentOf(score) / 100;
  const middle = share + Z ** 2 / (2 * total);
  const reach = Z * Math.sqrt((share * (1 - share)) / total + (Z / (2 * total)) ** 2);
  const [low, high] = [middle - reach, middle + reach].map((bound) => (100 * bound) / (1 + Z ** 2 / total));
  return [(low ?? 0).toFixed(1), (high ?? 100).toFixed(1)];
}

function print(name: string, score: Score, interval = ''): void {
  if (totalOf(score) === 0) return;
  const { killed, byTime, survived } = score;
  const percent = `${percentOf(score).toFixed(1)} %${interval}`;
  console.log(`| ${[name, totalOf(score), killed, byTime, survived, percent].join(' | ')} |`);
}
