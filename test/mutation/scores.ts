/** What a mutation run has found: the survivors, a table of files, and whether each part has reached its bar. */
import { readFileSync } from 'node:fs';
import { ROOMS, roomOf } from './rooms.js';
import { lineOf } from './survivors.js';

type Mutant = Parameters<typeof lineOf>[2] & { readonly status: string };

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Score {
  readonly killed: number;
  readonly byTime: number;
  readonly survived: number;
}

/** As rare as that, and it is no chance any more that a sample is below the bar. */
const RARE = 0.05;

/** Prints everything; false when a part is below its bar, or, of a sample, further below it than chance explains. */
export function judge(reportFile: string, isSample: boolean): boolean {
  const { files } = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  const names = Object.keys(files).toSorted();
  for (const [name, { source, mutants }] of Object.entries(files)) {
    for (const mutant of mutants.filter(isSurvivor)) console.log(lineOf(name, source, mutant));
  }
  for (const name of names) print(name, scoreOf(files[name]?.mutants ?? []));
  const bars = ROOMS.map((room) => {
    const mutants = names.filter((name) => roomOf(name) === room).flatMap((name) => files[name]?.mutants ?? []);
    const score = scoreOf(mutants);
    if (totalOf(score) === 0) return true;
    print(`${room.name} (bar ${room.bar} %)`, score);
    return isSample ? chanceOf(score, room.bar / 100) >= RARE : percentOf(score) >= room.bar;
  });
  return bars.every(Boolean);
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

/** How likely as few as these are killed, or fewer, where the share that would be is the bar's. */
function chanceOf(score: Score, bar: number): number {
  const total = totalOf(score);
  let chance = 0;
  for (let killed = 0, ways = 1; killed <= score.killed + score.byTime; killed += 1) {
    chance += ways * bar ** killed * (1 - bar) ** (total - killed);
    ways = (ways * (total - killed)) / (killed + 1);
  }
  return chance;
}

function print(name: string, score: Score): void {
  if (totalOf(score) === 0) return;
  const { killed, byTime, survived } = score;
  console.log(
    `| ${[name, totalOf(score), killed, byTime, survived, `${percentOf(score).toFixed(1)} %`].join(' | ')} |`,
  );
}
