/**
 * `npm run mutation -- --sample 40` and `--per-part 100`: Stryker plans a run of all mutants, and all but the drawn ones
 * are struck from its plan. The seed is the commit, so that a run can be repeated and the next commit draws others.
 */
import { createHash } from 'node:crypto';
import { PlanKind } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { relative } from 'node:path';
import { roomOf } from './rooms.js';

/** @typedef {import('@stryker-mutator/api/core').MutantTestPlan} Plan */

/** Mutants of one file share the spec files that have to be started for them, which is what takes the time. */
const PER_FILE = 2;

/** How many, the seed, and when to end; main.ts sets them for Stryker and its test runners. */
const {
  LATCHKEY_MUTATION_SAMPLE: size,
  LATCHKEY_MUTATION_PER_PART: perPart,
  LATCHKEY_MUTATION_SEED: seed = '',
  LATCHKEY_MUTATION_UNTIL: until = '',
} = process.env;

export const isSample = size !== undefined;

/** A sample has an end in time; what it has not come to by then is not counted. */
export function isOver() {
  return isSample && Date.now() > Number(until);
}

class SampleReporter {
  /** @param {{ mutantPlans: readonly Plan[] }} event */
  onMutationTestingPlanReady({ mutantPlans }) {
    if (!isSample && perPart === undefined) return;
    const inOrder = lots(mutantPlans);
    const drawn = isSample ? spread(inOrder, Number(size)) : ofEachPart(inOrder, Number(perPart));
    // Stryker goes on with this very list.
    const plans = /** @type {Plan[]} */ (mutantPlans);
    plans.splice(0, plans.length, ...drawn);
  }
}

/**
 * The mutants that would be run, in an order that only the seed decides.
 * @param {readonly Plan[]} plans
 */
function lots(plans) {
  return plans
    .filter(({ plan }) => plan === PlanKind.Run)
    .map((plan) => ({
      plan,
      file: plan.mutant.fileName,
      lot: lotOf(JSON.stringify([plan.mutant.location, plan.mutant.replacement])),
    }))
    .toSorted((one, other) => one.lot - other.lot);
}

/**
 * Some of each file, of every file before more of any.
 * @param {ReturnType<typeof lots>} inOrder
 * @param {number} count
 */
function spread(inOrder, count) {
  /** @type {Map<string, number>} */
  const taken = new Map();
  const ranked = inOrder.map(({ plan, file }) => {
    const before = taken.get(file) ?? 0;
    taken.set(file, before + 1);
    return { plan, round: Math.floor(before / PER_FILE), lot: lotOf(file) };
  });
  return ranked
    .toSorted((one, other) => one.round - other.round || one.lot - other.lot)
    .slice(0, count)
    .map(({ plan }) => plan);
}

/**
 * As many of each part as are wanted, each of its mutants with the same chance: their share is an estimate of the part's.
 * @param {ReturnType<typeof lots>} inOrder
 * @param {number} count
 */
function ofEachPart(inOrder, count) {
  /** @type {Map<string, typeof inOrder>} */
  const parts = new Map();
  for (const lot of inOrder) {
    const { name } = roomOf(relative(process.cwd(), lot.file));
    const drawn = parts.get(name) ?? [];
    if (drawn.length < count) parts.set(name, [...drawn, lot]);
  }
  // File by file, because the spec files of the last one are still loaded.
  return [...parts.values()]
    .flatMap((drawn) => drawn.toSorted((one, other) => one.file.localeCompare(other.file, 'en')))
    .map(({ plan }) => plan);
}

/** @param {string} text */
function lotOf(text) {
  return createHash('sha256').update(seed).update(text).digest().readUIntBE(0, 6);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'sample', SampleReporter)];
