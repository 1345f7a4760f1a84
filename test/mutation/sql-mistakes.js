/**
 * Small mistakes inside SQL: a condition that no longer filters, a comparison turned round, a lock left out. The statement
 * stays valid, so that only a wrong answer can be noticed; hence `(x OR true)` for a condition that is dropped, which
 * still uses its parameters.
 */

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

/**
 * Every mistake, each alone in the whole text.
 * @param {string} text
 * @returns {string[]}
 */
export function mistakesIn(text) {
  return [...new Set([...withoutCondition(text), ...swapped(text)])];
}

/** @param {string} text */
export function isSql(text) {
  return STATEMENT.test(text) || FRAGMENT.test(text);
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
    if (isQuotedAt(text, match.index)) continue;
    if (condition.trim() === '' || / BETWEEN \S+ $/.test(text.slice(0, match.index))) continue;
    if (/^(CONFLICT|CONSTRAINT)\b/.test(condition)) continue;
    const replaced = keyword === 'OR' || keyword === 'WHEN' ? `(${condition} AND false)` : `(${condition} OR true)`;
    yield text.slice(0, start) + replaced + text.slice(end);
  }
}

/**
 * @param {string} text
 * @param {number} at
 */
function isQuotedAt(text, at) {
  return text.slice(0, at).split("'").length % 2 === 0;
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
