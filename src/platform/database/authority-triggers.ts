/**
 * The comparison of the guards in the database with those that this release's migrations made. The fact cache relies on
 * the triggers; a missing, disabled or replaced trigger breaks it silently.
 */
import { migrations } from '../../../migrations/index.js';
import { GUARDS_OF_THIS_RELEASE } from './authority-triggers.generated.js';
import { FENCED_TABLES, GUARDS } from './authority-triggers.sql.js';

export interface GuardsRow {
  /**
   * Object ids of the fenced tables, as text of an array; `functions` holds those of the functions that their triggers
   * call.
   */
  readonly tables: string;
  readonly functions: string;
  readonly fingerprint: string;
  /** Definitions by name. */
  readonly guards: Readonly<Record<string, string>>;
  /** Names of the applied migrations. */
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

/** Whether the database lacks migrations of this release: not applied yet, or, during a restore, not restored yet. */
export function lacksMigrations({ migrations: applied }: GuardsRow): boolean {
  return migrations.some(({ name }) => !applied.includes(name));
}

/**
 * Returns the differences from this release. Migrations of a newer release may change definitions, so only the mode
 * ALWAYS is then checked.
 */
export function faultsOf({ guards, migrations: applied }: GuardsRow): GuardFault[] {
  const known = new Set(migrations.map(({ name }) => name));
  const isNewer = applied.some((name) => !known.has(name));
  const faults = Object.entries(GUARDS_OF_THIS_RELEASE).map(([name, definition]) =>
    isNewer ? faultOfNewer(name, guards[name]) : faultOf(name, definition, guards[name]),
  );
  const foreign = isNewer ? [] : Object.entries(guards).filter(isForeignTrigger).map(foreignTriggerFault);
  return [...faults.filter((fault) => fault !== null), ...foreign];
}

/** Whether the fence's cache, or the correctness of the rows that it reads, depends on the guard. */
export function concernsFence({ name }: GuardFault): boolean {
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

/**
 * Whether a trigger is foreign and harmful: a foreign BEFORE trigger on the change log can swallow a change. Other
 * foreign triggers are allowed.
 */
function isForeignTrigger([name, definition]: readonly [string, string]): boolean {
  const isOnChangeLog = /^trigger authority_(changes|pruning)\./.test(name) && definition.includes(' BEFORE ');
  return isOnChangeLog && !Object.hasOwn(GUARDS_OF_THIS_RELEASE, name);
}

function foreignTriggerFault([name]: readonly [string, string]): GuardFault {
  return { name, state: 'altered', text: `the ${name} is not of this release` };
}

function deviation(expected: string, actual: string): string {
  const [was = '', is = ''] = [expected, actual].map((definition) => definition.split(' ', 1)[0]);
  if (is === 'disabled') return 'is disabled';
  if (was === 'always' && is !== 'always') return `is enabled in mode ${is} and not ALWAYS`;
  if (was === 'pinned' && actual.startsWith('not')) return 'is not pinned to the schema of the tables';
  return 'is not as the migrations made it';
}

/** The operator can repair the mode with one statement, and nothing else. */
function remedy(name: string, expected: string, actual: string): string {
  const [, table, trigger] = /^trigger ([^.]+)\.(.+)$/.exec(name) ?? [];
  const withoutMode = (definition: string): string => definition.slice(definition.indexOf(' '));
  if (!table || !trigger || withoutMode(actual) !== withoutMode(expected)) return '';
  return `; ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger} puts it right`;
}
