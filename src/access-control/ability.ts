/**
 * The only file that uses CASL. An ability is built from a set of permissions, without conditions. Tenancy is enforced
 * in SQL, because CASL conditions on `undefined`, on `{}` or on a bare type all match too much.
 */
import { createMongoAbility, type MongoAbility } from '@casl/ability';
import type { Permission } from './permissions.js';

export type Ability = MongoAbility<[string, string]>;

/**
 * CASL reads the action `manage` as "any action" and the subject `all` as "any subject". Here `tokens:manage` is an
 * ordinary permission and does not include `tokens:read`. The two replacements can never be part of a permission.
 */
const NO_WILDCARDS = { anyAction: '(any)', anySubjectType: '(any)' };

/** The memo's limit. Distinct permission sets are few (roles × scope choices in use), but callers choose scopes. */
const MAX_MEMOIZED = 10_000;
const memo = new Map<string, Ability>();

/** Returns the ability that allows exactly these permissions. */
export function abilityFor(permissions: ReadonlySet<Permission>): Ability {
  // A separator that no permission contains. A mistyped scope in the table may contain a space.
  const key = [...permissions].sort().join('\0');
  const known = memo.get(key);
  if (known) return known;
  const ability: Ability = createMongoAbility<[string, string]>([...permissions].map(asRule), NO_WILDCARDS);
  if (memo.size >= MAX_MEMOIZED) memo.clear();
  memo.set(key, ability);
  return ability;
}

/** Whether the permissions include the one permission. */
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
