/** What a mutation run has found: the survivors, a table of files, and whether each part has reached its bar. */
import { readFileSync } from 'node:fs';
import { ROOMS, roomOf } from './rooms.js';

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number }; readonly end: { readonly line: number; readonly column: number } };
}

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
  for (const name of names) printSurvivors(name, files[name]);
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

function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  return { killed: count('Killed'), byTime: count('Timeout'), survived: count('Survived', 'NoCoverage') };
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
  console.log(`| ${[name, totalOf(score), killed, byTime, survived, `${percentOf(score).toFixed(1)} %`].join(' | ')} |`);
}

function printSurvivors(name: string, file: Report['files'][string] | undefined): void {
  for (const mutant of file?.mutants ?? []) {
    if (!['Survived', 'NoCoverage'].includes(mutant.status)) continue;
    const { start } = mutant.location;
    const original = textAt(file?.source ?? '', mutant.location);
    console.log(`${name}:${start.line}:${start.column} ${mutant.mutatorName} ${difference(original, mutant.replacement ?? '')}`);
  }
}

function textAt(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === lines.length - 1 ? end.column - 1 : undefined))
    .join('\n');
}

/** Only what differs, with a little of what stands around it. */
function difference(original: string, replacement: string): string {
  const [before, after] = [original, replacement].map((text) => text.replaceAll(/\s+/g, ' '));
  if (before === undefined || after === undefined) return '';
  let from = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < Math.min(before.length, after.length) - from && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  const begin = Math.max(0, from - 30);
  return `${before.slice(begin, before.length - same)} → ${after.slice(begin, after.length - same)}`;
}
