import { describe, expect, it } from '@jest/globals';
import { isSql, mistakesIn } from '../../mutation/sql-mistakes.js';

describe('the mistakes that mutation testing makes in SQL', () => {
  it('leave out each condition, with its parameters still used', () => {
    expect(mistakesIn('UPDATE t SET a = 1 WHERE id = $1 AND (b = $2 OR c = $3) RETURNING id')).toEqual([
      'UPDATE t SET a = 1 WHERE (id = $1 OR true) AND (b = $2 OR c = $3) RETURNING id',
      'UPDATE t SET a = 1 WHERE id = $1 AND ((b = $2 OR c = $3) OR true) RETURNING id',
      'UPDATE t SET a = 1 WHERE id = $1 AND (b = $2 OR (c = $3 AND false)) RETURNING id',
    ]);
  });

  it('take no text for a condition, nor IS DISTINCT FROM for its end', () => {
    expect(mistakesIn("SELECT 1 FROM t WHERE a = 'x AND y' AND b IS DISTINCT FROM $1")).toEqual([
      "SELECT 1 FROM t WHERE (a = 'x AND y' OR true) AND b IS DISTINCT FROM $1",
      "SELECT 1 FROM t WHERE a = 'x AND y' AND (b IS DISTINCT FROM $1 OR true)",
    ]);
  });

  it.each([
    ['a IS NULL', 'a IS NOT NULL'],
    ['a < b', 'a >= b'],
    ['a <> b', 'a = b'],
    ['SELECT a FROM t ORDER BY a DESC LIMIT 1', 'SELECT a FROM t ORDER BY a ASC LIMIT 1'],
    ['SELECT a FROM t FOR UPDATE', 'SELECT a FROM t'],
    ['SELECT NOT EXISTS (SELECT)', 'SELECT EXISTS (SELECT)'],
    ["clock_timestamp() + interval '7 days'", "clock_timestamp() + interval '14 days'"],
    ["clock_timestamp() + interval '7 days'", "clock_timestamp() - interval '7 days'"],
    ['least(a, b)', 'greatest(a, b)'],
  ])('turn %s into %s', (text, mistake) => {
    expect(mistakesIn(text)).toContain(mistake);
  });

  it('leave the target of ON CONFLICT alone', () => {
    expect(mistakesIn('INSERT INTO t (a) VALUES ($1) ON CONFLICT ON CONSTRAINT t_unique DO NOTHING')).toEqual([]);
  });

  it.each([
    ['SELECT 1 FROM t', true],
    ['s.revoked_at IS NULL', true],
    ["clock_timestamp() + interval '1 hour'", true],
    ['Select a file from the list.', false],
    ['revoked', false],
  ])('take %s for SQL: %s', (text, expected) => {
    expect(isSql(text)).toBe(expected);
  });
});
