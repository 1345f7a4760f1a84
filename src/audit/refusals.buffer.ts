/**
 * Refused permissions of one process, counted by caller, permission and route. The first of a kind is recorded at once;
 * repetitions become one summary per window. Otherwise a narrow token could write rows as fast as it sends requests.
 */
import { userOf, type Caller } from '../access-control/principal.js';

export interface Refusal {
  readonly permission: string;
  readonly caller: Caller;
  /** `null` for a refusal outside of organizations. */
  readonly organizationId: string | null;
}

/** Repetitions of one kind of refusal. */
export interface RefusalSummary {
  /** The last refusal. */
  readonly refusal: Refusal;
  readonly count: number;
  /** Milliseconds of the monotonic clock. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The distinct routes, as method and path pattern; several only where kinds are counted together. */
  readonly routes: readonly string[];
}

interface Entry {
  readonly account: string;
  windowMs: number;
  windowEndsAtMs: number;
  repeated: RefusalSummary | null;
}

/** The first summary is written after a minute; while refusals continue the window doubles, up to an hour. */
const FIRST_WINDOW_MS = 60_000;
const MAX_WINDOW_MS = 3_600_000;
/** The distinct kinds of refusal of one account in one organization; further kinds are counted together. */
const MAX_KINDS_PER_ACCOUNT = 100;
const MAX_ROUTES_NAMED = 20;
/** About 20 MB. Beyond it the oldest kind is summarised early. */
const MAX_KINDS = 50_000;

export class RefusalsBuffer {
  private readonly entries = new Map<string, Entry>();
  private readonly kindsOfAccount = new Map<string, number>();
  private early: RefusalSummary[] = [];

  /** Counts a refusal. Returns true for the first of its kind, which must be recorded at once and is in no summary. */
  note(refusal: Refusal, nowMs: number): boolean {
    const account = accountKeyOf(refusal);
    const key = this.keyFor(refusal, account);
    const known = this.entries.get(key);
    if (known) {
      known.repeated = joined(known.repeated, once(refusal, nowMs));
      return false;
    }
    this.evictOldest();
    this.kindsOfAccount.set(account, (this.kindsOfAccount.get(account) ?? 0) + 1);
    const windowEndsAtMs = nowMs + FIRST_WINDOW_MS;
    this.entries.set(key, { account, windowMs: FIRST_WINDOW_MS, windowEndsAtMs, repeated: null });
    return true;
  }

  /** Takes back a first refusal that could not be recorded: the next one is the first again. */
  retract(refusal: Refusal): void {
    const key = this.keyFor(refusal, accountKeyOf(refusal));
    const entry = this.entries.get(key);
    if (entry) this.forget(key, entry);
  }

  /** Returns the summaries of the ended windows, each one once; with `all` also those of open windows. */
  take(nowMs: number, { all = false } = {}): RefusalSummary[] {
    const summaries = this.early;
    this.early = [];
    for (const [key, entry] of this.entries) {
      if (!all && entry.windowEndsAtMs > nowMs) continue;
      if (!entry.repeated) {
        this.forget(key, entry);
        continue;
      }
      summaries.push(entry.repeated);
      entry.repeated = null;
      entry.windowMs = Math.min(entry.windowMs * 2, MAX_WINDOW_MS);
      entry.windowEndsAtMs = nowMs + entry.windowMs;
    }
    return summaries;
  }

  /** Takes back a summary that could not be written. */
  putBack(summary: RefusalSummary): void {
    const entry = this.entries.get(this.keyFor(summary.refusal, accountKeyOf(summary.refusal)));
    if (entry) entry.repeated = entry.repeated ? joined(summary, entry.repeated) : summary;
    else this.early.push(summary);
  }

  private keyFor({ permission, caller, organizationId }: Refusal, account: string): string {
    const { principal, route } = caller;
    const credentialId = principal.kind === 'session' ? principal.user.id : principal.token.id;
    const key = [credentialId, organizationId, permission, route].join('\0');
    const isFull = (this.kindsOfAccount.get(account) ?? 0) >= MAX_KINDS_PER_ACCOUNT;
    return isFull && !this.entries.has(key) ? account : key;
  }

  private evictOldest(): void {
    const [oldest] = this.entries.size >= MAX_KINDS ? this.entries : [];
    if (!oldest) return;
    const [key, entry] = oldest;
    if (entry.repeated) this.early.push(entry.repeated);
    this.forget(key, entry);
  }

  private forget(key: string, { account }: Entry): void {
    this.entries.delete(key);
    const kinds = (this.kindsOfAccount.get(account) ?? 1) - 1;
    if (kinds > 0) this.kindsOfAccount.set(account, kinds);
    else this.kindsOfAccount.delete(account);
  }
}

/** Returns an account in an organization. A user's account includes all of their sessions and personal tokens. */
function accountKeyOf({ caller: { principal }, organizationId }: Refusal): string {
  const accountId = userOf(principal)?.id ?? (principal.kind === 'organization-token' ? principal.organization.id : '');
  return `${accountId}\0${organizationId ?? ''}`;
}

function once(refusal: Refusal, nowMs: number): RefusalSummary {
  return { refusal, count: 1, firstAtMs: nowMs, lastAtMs: nowMs, routes: [refusal.caller.route] };
}

function joined(earlier: RefusalSummary | null, later: RefusalSummary): RefusalSummary {
  if (!earlier) return later;
  const routes = [...new Set([...earlier.routes, ...later.routes])].slice(0, MAX_ROUTES_NAMED);
  return { ...later, count: earlier.count + later.count, firstAtMs: earlier.firstAtMs, routes };
}
