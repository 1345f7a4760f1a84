/**
 * The only place that knows CASL. An ability is built from a set of permissions, without conditions: tenancy lives in
 * SQL, because CASL conditions on `undefined`, on `{}` or on a bare type all match too much.
 */
import { createMongoAbility, type MongoAbility } from '@casl/ability';
import type { Permission } from './permissions.js';

export type Ability = MongoAbility<[string, string]>;

/**
 * CASL reads the action `manage` as "any action" and the subject `all` as "any subject". Here `tokens:manage` is a
 * permission like another and does not contain `tokens:read`; these two words can never be part of a permission.
 */
const NO_WILDCARDS = { anyAction: '(any)', anySubjectType: '(any)' };

/** Distinct permission sets are few (roles × scope choices in use), but callers choose scopes, so the memo is bounded. */
const MAX_MEMOIZED = 10_000;
const memo = new Map<string, Ability>();

/** The same ability for the same set, without sorting it again: roles and remembered scopes are the same sets each time. */
const memoOfSets = new WeakMap<ReadonlySet<Permission>, Ability>();

/** The ability that allows exactly these permissions. The set must not change afterwards. */
export function abilityFor(permissions: ReadonlySet<Permission>): Ability {
  const known = memoOfSets.get(permissions) ?? abilityOf(permissions);
  memoOfSets.set(permissions, known);
  return known;
}

function abilityOf(permissions: ReadonlySet<Permission>): Ability {
  // A scope that was mistyped in the table may hold a space, but nothing there holds this character.
  const key = [...permissions].sort().join('\0');
  const known = memo.get(key);
  if (known) return known;
  const ability: Ability = createMongoAbility<[string, string]>([...permissions].map(asRule), NO_WILDCARDS);
  if (memo.size >= MAX_MEMOIZED) memo.clear();
  memo.set(key, ability);
  return ability;
}

/** Whether these permissions contain this one. */
export function can(permissions: ReadonlySet<Permission>, permission: Permission): boolean {
  return allows(abilityFor(permissions), permission);
}

export function allows(ability: Ability, permission: Permission): boolean {
  const { action, subject } = asRule(permission);
  return ability.can(action, subject);
}

function asRule(permission: Permission): { action: string; subject: string } {
  const [subject = '', action = ''] = permission.split(':');
  return { action, subject };
}
