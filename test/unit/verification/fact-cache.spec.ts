import { describe, expect, it } from '@jest/globals';
import { FactCache, MissingFacts, type LoadedFacts, type SubjectKind } from '../../../src/verification/fact-cache.js';
import type {
  OrganizationRowFacts,
  SessionRowFacts,
  TokenRowFacts,
  UserRowFacts,
} from '../../../src/verification/credential-facts.js';

const user: UserRowFacts = {
  id: 'u1',
  email: 'a@b.test',
  name: 'A',
  username: 'a-b',
  emailVerified: true,
  disabledAt: null,
  memberships: [],
};
const organization: OrganizationRowFacts = { id: 'o1', slug: 'acme', name: 'Acme', suspendedAt: null };
const session: SessionRowFacts = { id: 'n1', userId: 'u1', expiresAt: new Date(), revokedAt: null };
const personal: TokenRowFacts = {
  id: 't1',
  kind: 'personal',
  selector: 's1',
  secretHash: null,
  hashKeyVersion: 'v1',
  scopes: [],
  createdAt: new Date(),
  expiresAt: null,
  revokedAt: null,
  userId: 'u1',
  organizationId: null,
};
const organizational: TokenRowFacts = {
  ...personal,
  id: 't2',
  kind: 'organization',
  selector: 's2',
  userId: null,
  organizationId: 'o1',
};
const NOTHING: LoadedFacts = { tokens: [], sessions: [], users: [], organizations: [] };
const ALL: LoadedFacts = {
  tokens: [personal, organizational],
  sessions: [session],
  users: [user],
  organizations: [organization],
};

const WANTED = [
  { kind: 'token', selector: 's1' },
  { kind: 'token', selector: 's2' },
  { kind: 'session', id: 'n1' },
] as const;

/** Which of the three credentials are whole. */
function held(memory: FactCache): string[] {
  return WANTED.flatMap((wanted) => memory.find(wanted)?.kind ?? []);
}

function missingFrom(memory: FactCache): string[][] {
  const missing = new MissingFacts();
  for (const wanted of WANTED) memory.collectMissing(wanted, missing);
  return [missing.selectors, missing.sessionIds, missing.userIds, missing.organizationIds].map((each) => [...each]);
}

describe('memory', () => {
  it('gives each credential with those whom it belongs to', () => {
    const [first, second, third] = WANTED.map((wanted) => FactCache.of(ALL).find(wanted));

    expect(first).toEqual({ kind: 'personal-token', token: personal, user });
    expect(second).toEqual({ kind: 'organization-token', token: organizational, organization });
    expect(third).toEqual({ kind: 'session', session, user });
  });

  it('names nothing as missing when all is there', () => {
    expect(missingFrom(FactCache.of(ALL))).toEqual([[], [], [], []]);
  });

  it('names the credentials that it lacks, and only those', () => {
    expect(missingFrom(FactCache.of({ ...ALL, tokens: [], sessions: [] }))).toEqual([['s1', 's2'], ['n1'], [], []]);
  });

  it('answers no credential without its owner, and names the owner', () => {
    const memory = FactCache.of({ ...ALL, users: [], organizations: [] });

    expect(held(memory)).toEqual([]);
    expect(missingFrom(memory)).toEqual([[], [], ['u1'], ['o1']]);
  });

  it.each<[SubjectKind, string, string[]]>([
    ['token', 's1', ['organization-token', 'session']],
    ['token', 's2', ['personal-token', 'session']],
    ['session', 'n1', ['personal-token', 'organization-token']],
    ['user', 'u1', ['organization-token']],
    ['organization', 'o1', ['personal-token', 'session']],
    ['everything', '', []],
  ])('forgets the %s %s and what rests on it, and nothing else', (kind, id, left) => {
    const memory = FactCache.of(ALL);
    memory.evict(kind, id);

    expect(held(memory)).toEqual(left);
  });

  it('forgets everything: not one fact is left', () => {
    const memory = FactCache.of(ALL);
    expect(memory.size).toBe(5);
    memory.clear();

    expect(memory.size).toBe(0);
    expect(missingFrom(memory)).toEqual([['s1', 's2'], ['n1'], [], []]);
  });

  it('keeps each kind of fact within its capacity, the last used longest', () => {
    const memory = new FactCache(1);
    memory.add(ALL);
    memory.add({
      ...NOTHING,
      sessions: [{ ...session, id: 'n2' }],
      users: [{ ...user, id: 'u2' }],
      organizations: [{ ...organization, id: 'o2' }],
    });

    expect(memory.size).toBe(4);
    expect(held(memory)).toEqual([]);
  });

  it('can be made of nothing', () => {
    expect(FactCache.of(NOTHING).size).toBe(0);
  });
});

describe('what is missing', () => {
  it('counts all kinds', () => {
    const missing = new MissingFacts();
    missing.selectors.add('s1').add('s2').add('s3').add('s4');
    missing.sessionIds.add('n1').add('n2').add('n3');
    missing.userIds.add('u1').add('u2');
    missing.organizationIds.add('o1');

    expect(missing.size).toBe(10);
  });

  it('is, once the found is taken out, what does not exist', () => {
    const missing = new MissingFacts();
    missing.selectors.add('s1').add('s9');
    missing.sessionIds.add('n1').add('n9');
    missing.subtract(ALL);

    const named = [...WANTED, { kind: 'token', selector: 's9' } as const, { kind: 'session', id: 'n9' } as const];
    expect(named.map((wanted) => missing.includes(wanted))).toEqual([false, false, false, true, true]);
  });
});
