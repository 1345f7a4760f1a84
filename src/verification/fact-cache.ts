/**
 * The cache of facts in this process: bounded, least recently used evicted first. It is only read under a fence that
 * has just confirmed it; a cached fact alone proves nothing.
 */
import { LRUCache } from 'lru-cache';
import { expand, TokenCompactor, type CompactToken } from './compact-token.js';
import type {
  CredentialFacts,
  OrganizationRowFacts,
  SessionRowFacts,
  TokenRowFacts,
  UserRowFacts,
  Wanted,
} from './credential-facts.js';

export type SubjectKind = 'token' | 'session' | 'user' | 'organization' | 'everything';

/** The keys that a fence must load because the cache lacks them. */
export class MissingFacts {
  readonly selectors = new Set<string>();
  readonly sessionIds = new Set<string>();
  readonly userIds = new Set<string>();
  readonly organizationIds = new Set<string>();

  get size(): number {
    return this.selectors.size + this.sessionIds.size + this.userIds.size + this.organizationIds.size;
  }

  /** Removes the loaded keys; the remaining ones do not exist. */
  subtract({ tokens, sessions, users, organizations }: LoadedFacts): void {
    for (const { selector } of tokens) this.selectors.delete(selector);
    for (const { id } of sessions) this.sessionIds.delete(id);
    for (const { id } of users) this.userIds.delete(id);
    for (const { id } of organizations) this.organizationIds.delete(id);
  }

  includes(wanted: Wanted): boolean {
    return wanted.kind === 'token' ? this.selectors.has(wanted.selector) : this.sessionIds.has(wanted.id);
  }

  /** Whether an owner missing in the other set is missing here too. */
  includesOwnerOf({ userIds, organizationIds }: MissingFacts): boolean {
    return (
      [...userIds].some((id) => this.userIds.has(id)) || [...organizationIds].some((id) => this.organizationIds.has(id))
    );
  }
}

export interface LoadedFacts {
  readonly tokens: readonly TokenRowFacts[];
  readonly sessions: readonly SessionRowFacts[];
  readonly users: readonly UserRowFacts[];
  readonly organizations: readonly OrganizationRowFacts[];
}

export class FactCache {
  private readonly compactor = new TokenCompactor();
  /** By selector. */
  private readonly tokens: LRUCache<string, CompactToken>;
  private readonly sessions: LRUCache<string, SessionRowFacts>;
  private readonly users: LRUCache<string, UserRowFacts>;
  private readonly organizations: LRUCache<string, OrganizationRowFacts>;

  /** `capacity` bounds each kind of fact. It must exceed the number of facts that one fence may load. */
  constructor(capacity: number) {
    // Counted as sizes of 1: with a `max`, the cache would allocate for that many entries at once, four times over.
    const bound = { maxSize: capacity, sizeCalculation: () => 1 };
    this.tokens = new LRUCache(bound);
    this.sessions = new LRUCache(bound);
    this.users = new LRUCache(bound);
    this.organizations = new LRUCache(bound);
  }

  /** Returns a cache of just these facts, for a single lookup. */
  static of(loaded: LoadedFacts): FactCache {
    const cache = new FactCache(Math.max(1, ...Object.values(loaded).map((facts: readonly unknown[]) => facts.length)));
    cache.add(loaded);
    return cache;
  }

  get size(): number {
    return this.tokens.size + this.sessions.size + this.users.size + this.organizations.size;
  }

  /** Returns all facts of a credential, or `null` when some are not cached. */
  find(wanted: Wanted): CredentialFacts | null {
    return wanted.kind === 'token' ? this.findToken(wanted.selector) : this.findSession(wanted.id);
  }

  /** Adds the keys to `missing` that must be loaded next to complete the credential's facts. */
  collectMissing(wanted: Wanted, missing: MissingFacts): void {
    if (wanted.kind === 'token') this.collectMissingOfToken(wanted.selector, missing);
    else this.collectMissingOfSession(wanted.id, missing);
  }

  add({ tokens, sessions, users, organizations }: LoadedFacts): void {
    for (const user of users) this.users.set(user.id, user);
    for (const organization of organizations) this.organizations.set(organization.id, organization);
    for (const session of sessions) this.sessions.set(session.id, session);
    for (const token of tokens) this.tokens.set(token.selector, this.compactor.compact(token, this.ownerIdOf(token)));
  }

  evict(kind: SubjectKind, id: string): void {
    if (kind === 'token') this.tokens.delete(id);
    else if (kind === 'session') this.sessions.delete(id);
    else if (kind === 'user') this.users.delete(id);
    else if (kind === 'organization') this.organizations.delete(id);
    else this.clear();
  }

  clear(): void {
    this.tokens.clear();
    this.sessions.clear();
    this.users.clear();
    this.organizations.clear();
  }

  private findToken(selector: string): CredentialFacts | null {
    const token = this.tokens.get(selector);
    if (!token) return null;
    if (token.kind === 'organization') {
      const organization = this.organizations.get(token.ownerId);
      return organization ? { kind: 'organization-token', token: expand(selector, token), organization } : null;
    }
    const user = this.users.get(token.ownerId);
    return user ? { kind: 'personal-token', token: expand(selector, token), user } : null;
  }

  private findSession(id: string): CredentialFacts | null {
    const session = this.sessions.get(id);
    const user = session && this.users.get(session.userId);
    return user ? { kind: 'session', session, user } : null;
  }

  /** With `get` and not `has`: a fact that is needed now must not be the next one evicted. */
  private collectMissingOfToken(selector: string, missing: MissingFacts): void {
    const token = this.tokens.get(selector);
    if (!token) missing.selectors.add(selector);
    else if (token.kind === 'personal') this.collectMissingUser(token.ownerId, missing);
    else if (!this.organizations.get(token.ownerId)) missing.organizationIds.add(token.ownerId);
  }

  private collectMissingOfSession(id: string, missing: MissingFacts): void {
    const session = this.sessions.get(id);
    if (!session) missing.sessionIds.add(id);
    else this.collectMissingUser(session.userId, missing);
  }

  private collectMissingUser(id: string, missing: MissingFacts): void {
    if (!this.users.get(id)) missing.userIds.add(id);
  }

  /** Returns the id from the owner's own fact, if cached: one copy of the text serves all of an owner's tokens. */
  private ownerIdOf({ userId, organizationId }: TokenRowFacts): string {
    if (organizationId !== null) return this.organizations.peek(organizationId)?.id ?? organizationId;
    return this.users.peek(userId ?? '')?.id ?? userId ?? '';
  }
}
