/**
 * Small mistakes inside SQL, which to Stryker is one text: a condition that no longer filters, a comparison turned round,
 * a lock left out. The statement stays valid, so that only a wrong answer can be noticed; hence `(x OR true)` for a
 * condition that is dropped, which still uses its parameters.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Stryker has no plugin kind for mutators, so that this adds to its list, which its exports do not show.
const core = createRequire(createRequire(import.meta.url).resolve('@stryker-mutator/core'));
const instrumenter = dirname(core.resolve('@stryker-mutator/instrumenter'));
const { allMutators } = await import(pathToFileURL(join(instrumenter, 'mutators/mutate.js')).href);

/** Stands in a statement's text for its n-th `${…}`, between characters that no text has. */
const HOLES = /\uE000(\d+)\uE001/g;

const STATEMENT = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|VALUES|WHERE|ORDER BY|FOR UPDATE)\s/;
const FRAGMENT = / (IS NULL|IS NOT NULL|IS DISTINCT FROM)\b|clock_timestamp\(\)|\bFOR (UPDATE|SHARE)\b|\binterval '/;

/** What a condition ends before, outside of parentheses. */
const END =
  /^(AND|OR|RETURNING|ORDER BY|GROUP BY|LIMIT|OFFSET|FOR|FROM|WHERE|ON|JOIN|LEFT JOIN|UNION|THEN|ELSE|END|AS|DO|HAVING)\b/;

/** Each alone, at every place. @type {[RegExp, string | ((...match: string[]) => string)][]} */
const SWAPS = [
  [/ IS NULL\b/g, ' IS NOT NULL'],
  [/ IS NOT NULL\b/g, ' IS NULL'],
  [/ < /g, ' >= '],
  [/ > /g, ' <= '],
  [/ <= /g, ' > '],
  [/ >= /g, ' < '],
  [/ <> /g, ' = '],
  [/\bASC\b/g, 'DESC'],
  [/\bDESC\b/g, 'ASC'],
  [/ORDER BY [\w."]+(?=\s*($|\)|LIMIT|OFFSET|FOR))/g, '$& DESC'],
  [/\s+FOR (NO KEY )?(UPDATE|SHARE|KEY SHARE)( OF \w+)?( SKIP LOCKED| NOWAIT)?/g, ''],
  [/ SKIP LOCKED\b/g, ''],
  [/\bNOT EXISTS\b/g, 'EXISTS'],
  [/(?<!NOT |IF )\bEXISTS\b/g, 'NOT EXISTS'],
  [/\bleast\(/g, 'greatest('],
  [/\bgreatest\(/g, 'least('],
  [/interval '(\d+) /g, (_match, count) => `interval '${String(Number(count) * 2)} `],
  [/\bclock_timestamp\(\) \+/g, 'clock_timestamp() -'],
  [/\bclock_timestamp\(\) -/g, 'clock_timestamp() +'],
];

const sqlMutator = {
  name: 'Sql',
  /** @param {any} path */
  *mutate(path) {
    const text = textOf(path);
    if (text === undefined || !isSql(text)) return;
    for (const mistake of new Set([...withoutCondition(text), ...swapped(text)])) yield nodeOf(mistake, path.node);
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

/** @param {string} text */
function isSql(text) {
  return STATEMENT.test(text) || FRAGMENT.test(text);
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

/**
 * @param {string} text
 * @returns {Iterable<string>}
 */
function* withoutCondition(text) {
  for (const match of text.matchAll(/\b(WHERE|AND|OR|ON|WHEN)\s+/g)) {
    const [{ length }, keyword] = match;
    const start = match.index + length;
    const end = endOf(text, start);
    const condition = text.slice(start, end);
    if (condition.trim() === '' || / BETWEEN \S+ $/.test(text.slice(0, match.index))) continue;
    if (/^(CONFLICT|CONSTRAINT)\b/.test(condition)) continue;
    const replaced = keyword === 'OR' || keyword === 'WHEN' ? `(${condition} AND false)` : `(${condition} OR true)`;
    yield text.slice(0, start) + replaced + text.slice(end);
  }
}

/**
 * Where the condition ends that begins at `start`.
 * @param {string} text
 * @param {number} start
 */
function endOf(text, start) {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0 || (depth === 0 && (character === ';' || character === ','))) return trimmed(text, start, at);
    if (depth === 0 && /\s/.test(text[at - 1] ?? '') && END.test(text.slice(at))) {
      if (!/ IS( NOT)? DISTINCT $/.test(text.slice(start, at))) return trimmed(text, start, at);
    }
  }
  return trimmed(text, start, text.length);
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 */
function trimmed(text, start, end) {
  return start + text.slice(start, end).trimEnd().length;
}

/**
 * @param {string} text
 * @returns {Iterable<string>}
 */
function* swapped(text) {
  for (const [pattern, replacement] of SWAPS) {
    for (const match of text.matchAll(pattern)) {
      const [found] = match;
      const put = typeof replacement === 'string' ? replacement.replace('$&', found) : replacement(...match);
      yield text.slice(0, match.index) + put + text.slice(match.index + found.length);
    }
  }
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
