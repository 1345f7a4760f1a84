/** Names each survivor as soon as it is known, so that a run that is broken off has told something too. */
import console from 'node:console';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** So much of what stands before a difference is shown with it. */
const AROUND = 30;

/** @typedef {{ line: number, column: number }} Position */
/** @typedef {{ location: { start: Position, end: Position }, mutatorName: string, replacement?: string | undefined }} Mutant */

class SurvivorsReporter {
  /** @param {import('@stryker-mutator/api/core').MutantResult} mutant */
  onMutantTested({ status, fileName, ...mutant }) {
    if (status !== 'Survived') return;
    console.log(`Survived: ${lineOf(relative(process.cwd(), fileName), readFileSync(fileName, 'utf8'), mutant)}`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'survivors', SurvivorsReporter)];

/**
 * File and line, the kind of mistake, and what differs.
 * @param {string} file
 * @param {string} source
 * @param {Mutant} mutant
 */
export function lineOf(file, source, { location, mutatorName, replacement = '' }) {
  const { start } = location;
  return `${file}:${String(start.line)}:${String(start.column)} ${mutatorName} ${difference(textAt(source, location), replacement)}`;
}

/**
 * @param {string} source
 * @param {Mutant['location']} location lines and columns begin with 1
 */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n');
}

/**
 * @param {string} original
 * @param {string} replacement
 */
function difference(original, replacement) {
  const before = original.replaceAll(/\s+/g, ' ');
  const after = replacement.replaceAll(/\s+/g, ' ');
  let from = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < Math.min(before.length, after.length) - from && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  const begin = Math.max(0, from - AROUND);
  return `${before.slice(begin, before.length - same)} → ${after.slice(begin, after.length - same)}`;
}
