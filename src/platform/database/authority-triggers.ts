/**
 * Compares what guards authority in the database with what this release's migrations have made there. Triggers keep the
 * promises that memory rests on; one that is missing, disabled or replaced breaks them in silence.
 */
import { migrations } from '../../../migrations/index.js';
import { GUARDS_OF_THIS_RELEASE } from './authority-triggers.generated.js';
import { FENCED_TABLES, GUARDS } from './authority-triggers.sql.js';

export interface GuardsRow {
  /** Of the fenced tables and of the functions that their triggers call: object ids, as text of an array. */
  readonly tables: string;
  readonly functions: string;
  readonly fingerprint: string;
  /** Definitions by name. */
  readonly guards: Readonly<Record<string, string>>;
  /** Names of those that were applied. */
  readonly migrations: readonly string[];
}

export interface GuardFault {
  /** As in `trigger access_tokens.access_tokens_logged`. */
  readonly name: string;
  readonly state: 'missing' | 'altered';
  /** For the operator; holds no row and no secret. */
  readonly text: string;
}

export const GUARDS_QUERY = { name: 'latchkey-guards', text: GUARDS, values: [[...FENCED_TABLES]] };

/** Whether migrations of this release are still to come, or, in the midst of a restore, to come back. */
export function lacksMigrations({ migrations: applied }: GuardsRow): boolean {
  return migrations.some(({ name }) => !applied.includes(name));
}

/** What differs from this release. Of a newer release's migrations only this is known: what it keeps must fire always. */
export function faultsOf({ guards, migrations: applied }: GuardsRow): GuardFault[] {
  const known = new Set(migrations.map(({ name }) => name));
  const isNewer = applied.some((name) => !known.has(name));
  const faults = Object.entries(GUARDS_OF_THIS_RELEASE).map(([name, definition]) =>
    isNewer ? faultOfNewer(name, guards[name]) : faultOf(name, definition, guards[name]),
  );
  const strangers = isNewer ? [] : Object.entries(guards).filter(isStranger).map(strangerFault);
  return [...faults.filter((fault) => fault !== null), ...strangers];
}

/** Whether the fence's memory, or the truth of what it reads, depends on it. */
export function concernsTheFence({ name }: GuardFault): boolean {
  const table = /^(?:table|trigger) ([^.]+)/.exec(name)?.[1];
  return table === undefined || (FENCED_TABLES as readonly string[]).includes(table);
}

function faultOf(name: string, expected: string, actual: string | undefined): GuardFault | null {
  if (actual === undefined) return { name, state: 'missing', text: `the ${name} is missing` };
  if (actual === expected) return null;
  return {
    name,
    state: 'altered',
    text: `the ${name} ${deviation(expected, actual)}${remedy(name, expected, actual)}`,
  };
}

function faultOfNewer(name: string, actual: string | undefined): GuardFault | null {
  if (actual === undefined || !name.startsWith('trigger') || actual.startsWith('always ')) return null;
  return { name, state: 'altered', text: `the ${name} ${deviation('always ', actual)}` };
}

/** A BEFORE trigger of somebody else's on the log itself can swallow a change. Others may only look on. */
function isStranger([name, definition]: readonly [string, string]): boolean {
  const isOnTheLog = /^trigger authority_(changes|pruning)\./.test(name) && definition.includes(' BEFORE ');
  return isOnTheLog && !Object.hasOwn(GUARDS_OF_THIS_RELEASE, name);
}

function strangerFault([name]: readonly [string, string]): GuardFault {
  return { name, state: 'altered', text: `the ${name} is not of this release` };
}

function deviation(expected: string, actual: string): string {
  const [was = '', is = ''] = [expected, actual].map((definition) => definition.split(' ', 1)[0]);
  if (is === 'disabled') return 'is disabled';
  if (was === 'always' && is !== 'always') return `is enabled in mode ${is} and not ALWAYS`;
  if (was === 'pinned' && actual.startsWith('not')) return 'is not pinned to the schema of the tables';
  return 'is not as the migrations made it';
}

/** The mode is the one thing that an operator can put right by one statement. */
function remedy(name: string, expected: string, actual: string): string {
  const [, table, trigger] = /^trigger ([^.]+)\.(.+)$/.exec(name) ?? [];
  const withoutMode = (definition: string): string => definition.slice(definition.indexOf(' '));
  if (!table || !trigger || withoutMode(actual) !== withoutMode(expected)) return '';
  return `; ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger} puts it right`;
}
