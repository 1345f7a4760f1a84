/** Adds two kinds of mistake to Stryker's: inside SQL, which to Stryker is one text, and in TypeORM's conditions. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isSql, mistakesIn } from './sql-mistakes.js';

// Stryker has no plugin kind for mutators, so that this adds to its list, which its exports do not show.
const core = createRequire(createRequire(import.meta.url).resolve('@stryker-mutator/core'));
const instrumenter = dirname(core.resolve('@stryker-mutator/instrumenter'));
const { allMutators } = await import(pathToFileURL(join(instrumenter, 'mutators/mutate.js')).href);

/** Stands in a statement's text for its n-th `${…}`, between characters that no text has. */
const HOLES = /\uE000(\d+)\uE001/g;

const sqlMutator = {
  name: 'Sql',
  /** @param {any} path */
  *mutate(path) {
    const text = textOf(path);
    if (text === undefined || !isSql(text)) return;
    for (const mistake of mistakesIn(text)) yield nodeOf(mistake, path.node);
  },
};

/** A repository's condition on rows, in TypeORM's words: each property is left out once. */
const conditionMutator = {
  name: 'Condition',
  /** @param {any} path */
  *mutate(path) {
    if (!path.isObjectExpression() || !isCondition(path)) return;
    const { properties } = path.node;
    if (properties.length < 2) return;
    for (const property of properties) {
      yield { ...path.node, properties: properties.filter((/** @type {any} */ other) => other !== property) };
    }
  },
};

const strings = allMutators.find((/** @type {{ name: string }} */ { name }) => name === 'StringLiteral');
// An emptied statement fails at once, and says nothing about the specs.
const stringMutator = {
  ...strings,
  /** @param {any} path */
  *mutate(path) {
    const text = textOf(path);
    if (text === undefined || !isSql(text)) yield* strings.mutate(path);
  },
};
allMutators.splice(allMutators.indexOf(strings), 1, stringMutator, sqlMutator, conditionMutator);

/** Stryker wants a list of plugins from every file that it loads as one. @type {unknown[]} */
export const strykerPlugins = [];

/** @param {any} path */
function textOf({ node }) {
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type !== 'TemplateLiteral') return undefined;
  return node.quasis
    .map(
      (/** @type {any} */ { value }, /** @type {number} */ index) =>
        (index === 0 ? '' : `\uE000${String(index - 1)}\uE001`) + String(value.cooked),
    )
    .join('');
}

/**
 * The same text as a template, with the original's expressions where they were.
 * @param {string} text
 * @param {any} original
 */
function nodeOf(text, original) {
  const parts = text.split(HOLES);
  const raws = parts.filter((_part, index) => index % 2 === 0);
  const quasis = raws.map((cooked, index) => ({
    type: 'TemplateElement',
    value: { cooked, raw: cooked.replaceAll(/[\\`]|\$\{/g, '\\$&') },
    tail: index === raws.length - 1,
  }));
  const holes = parts.filter((_part, index) => index % 2 === 1);
  return { type: 'TemplateLiteral', quasis, expressions: holes.map((hole) => original.expressions[Number(hole)]) };
}

/** @param {any} path */
function isCondition(path) {
  const { parent } = path;
  if (parent.type === 'ObjectProperty') return parent.key.name === 'where';
  if (parent.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') return false;
  const method = parent.callee.property.name;
  return (
    /^(update|delete|findOneBy|findBy|findOneByOrFail|countBy|existsBy)$/.test(method) &&
    parent.arguments[1] === path.node
  );
}
