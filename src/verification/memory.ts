/**
 * The facts this process remembers, bounded, least recently used first out. It is only ever read under a fence that has
 * just confirmed it; by itself a fact in here proves nothing.
 */
import { LRUCache } from 'lru-cache';
import type {
  CredentialFacts,
  OrganizationRowFacts,
  SessionRowFacts,
  TokenRowFacts,
  UserRowFacts,
  Wanted,
} from './facts.js';

export type SubjectKind = 'token' | 'session' | 'user' | 'organization' | 'everything';

/** What a fence must read because memory lacks it. */
export class Missing {
  readonly selectors = new Set<string>();
  readonly sessionIds = new Set<string>();
  readonly userIds = new Set<string>();
  readonly organizationIds = new Set<string>();

  get size(): number {
    return this.selectors.size + this.sessionIds.size + this.userIds.size + this.organizationIds.size;
  }

  /** What is left is what does not exist. */
  subtract({ tokens, sessions }: Pick<Loaded, 'tokens' | 'sessions'>): void {
    for (const { selector } of tokens) this.selectors.delete(selector);
    for (const { id } of sessions) this.sessionIds.delete(id);
  }

  names(wanted: Wanted): boolean {
    return wanted.kind === 'token' ? this.selectors.has(wanted.selector) : this.sessionIds.has(wanted.id);
  }
}

export interface Loaded {
  readonly tokens: readonly TokenRowFacts[];
  readonly sessions: readonly SessionRowFacts[];
  readonly users: readonly UserRowFacts[];
  readonly organizations: readonly OrganizationRowFacts[];
}

export class Memory {
  private readonly tokens: LRUCache<string, TokenRowFacts>;
  private readonly sessions: LRUCache<string, SessionRowFacts>;
  private readonly users: LRUCache<string, UserRowFacts>;
  private readonly organizations: LRUCache<string, OrganizationRowFacts>;

  /** `capacity` bounds each kind of fact. It must exceed what one fence may load. */
  constructor(capacity: number) {
    this.tokens = new LRUCache({ max: capacity });
    this.sessions = new LRUCache({ max: capacity });
    this.users = new LRUCache({ max: capacity });
    this.organizations = new LRUCache({ max: capacity });
  }

  /** Just these facts, for a question that is asked once. */
  static of(loaded: Loaded): Memory {
    const memory = new Memory(Math.max(1, ...Object.values(loaded).map((facts: readonly unknown[]) => facts.length)));
    memory.remember(loaded);
    return memory;
  }

  get size(): number {
    return this.tokens.size + this.sessions.size + this.users.size + this.organizations.size;
  }

  /** The whole facts of a credential, or `null` when some of them are not here; those are added to `missing`. */
  find(wanted: Wanted, missing?: Missing): CredentialFacts | null {
    return wanted.kind === 'token' ? this.findToken(wanted.selector, missing) : this.findSession(wanted.id, missing);
  }

  remember({ tokens, sessions, users, organizations }: Loaded): void {
    for (const token of tokens) this.tokens.set(token.selector, token);
    for (const session of sessions) this.sessions.set(session.id, session);
    for (const user of users) this.users.set(user.id, user);
    for (const organization of organizations) this.organizations.set(organization.id, organization);
  }

  forget(kind: SubjectKind, id: string): void {
    if (kind === 'token') this.tokens.delete(id);
    else if (kind === 'session') this.sessions.delete(id);
    else if (kind === 'user') this.users.delete(id);
    else if (kind === 'organization') this.organizations.delete(id);
    else this.forgetAll();
  }

  forgetAll(): void {
    this.tokens.clear();
    this.sessions.clear();
    this.users.clear();
    this.organizations.clear();
  }

  private findToken(selector: string, missing?: Missing): CredentialFacts | null {
    const token = this.tokens.get(selector);
    if (!token) {
      missing?.selectors.add(selector);
      return null;
    }
    if (token.organizationId !== null) {
      const organization = this.organizations.get(token.organizationId);
      if (organization) return { kind: 'organization-token', token, organization };
      missing?.organizationIds.add(token.organizationId);
      return null;
    }
    const user = this.findUser(token.userId ?? '', missing);
    return user && { kind: 'personal-token', token, user };
  }

  private findSession(id: string, missing?: Missing): CredentialFacts | null {
    const session = this.sessions.get(id);
    if (!session) {
      missing?.sessionIds.add(id);
      return null;
    }
    const user = this.findUser(session.userId, missing);
    return user && { kind: 'session', session, user };
  }

  private findUser(id: string, missing?: Missing): UserRowFacts | null {
    const user = this.users.get(id) ?? null;
    if (!user) missing?.userIds.add(id);
    return user;
  }
}
