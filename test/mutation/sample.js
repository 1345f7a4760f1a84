/**
 * `npm run mutation -- --sample 40`: Stryker plans a run of all mutants, and all but the drawn ones are struck from its
 * plan. The seed is the commit, so that a run can be repeated and the next commit draws others.
 */
import { createHash } from 'node:crypto';
import { PlanKind } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** @typedef {import('@stryker-mutator/api/core').MutantTestPlan} Plan */

/** Mutants of one file share the spec files that have to be started for them, which is what takes the time. */
const PER_FILE = 2;

/** How many, the seed, and when to end; main.ts sets them for Stryker and its test runners. */
const {
  LATCHKEY_MUTATION_SAMPLE: size,
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
    if (!isSample) return;
    const drawn = draw(mutantPlans, Number(size));
    // Stryker goes on with this very list.
    const plans = /** @type {Plan[]} */ (mutantPlans);
    plans.splice(0, plans.length, ...drawn);
  }
}

/**
 * Some of each file, of every file before more of any.
 * @param {readonly Plan[]} plans
 * @param {number} count
 */
function draw(plans, count) {
  const inOrder = plans
    .filter(({ plan }) => plan === PlanKind.Run)
    .map((plan) => ({
      plan,
      file: plan.mutant.fileName,
      lot: lotOf(JSON.stringify([plan.mutant.location, plan.mutant.replacement])),
    }))
    .toSorted((one, other) => one.lot - other.lot);
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

/** @param {string} text */
function lotOf(text) {
  return createHash('sha256').update(seed).update(text).digest().readUIntBE(0, 6);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'sample', SampleReporter)];
