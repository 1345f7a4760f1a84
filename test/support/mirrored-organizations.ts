/**
 * Two organizations with the same people, invitations and tokens: what is done in one must not be felt in the other. Each
 * person, and each organization, has several rows of every kind that somebody owns: live ones, one that is over, and one
 * that was ended. All of it is written past the service, so that a test has its world within milliseconds.
 */
import { randomBytes } from 'node:crypto';
import { generateSecret } from '../../src/credentials/token-secret.js';
import { generateOpaqueSecret, hashOpaqueSecret } from '../../src/credentials/opaque-secret.js';
import { newRefreshToken } from '../../src/credentials/refresh-token.js';
import { SessionTokenService } from '../../src/auth/sessions/session-token.service.js';
import { newId } from '../../src/platform/database/ids.js';
import { KeyVault } from '../../src/ledger-accounts/keys/key-vault.service.js';
import { NETWORK_NAMES } from '../../src/ledger-accounts/networks/ledger-network.js';
import { emailKey } from '../../src/users/email-key.js';
import { Person, uniqueEmail, type IssuedToken } from './actors.js';
import type { TestApp } from './app.js';
import { dbInsert, type NewRow } from './db-rows.js';
import type { SentInvitation } from './organizations.js';
import type { Organization } from './scene.js';
import { MEMBER_SCOPES, ORGANIZATION_SCOPES } from './tokens.js';

/** In both organizations alike. The invitee is in neither. */
const ROLES = { caller: 'owner', coowner: 'owner', admin: 'admin', member: 'member', viewer: 'viewer' } as const;
const UNPROVEN = ['member', 'viewer', 'invitee'];
const PEOPLE = [...Object.keys(ROLES), 'invitee'] as (keyof typeof ROLES | 'invitee')[];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const inTime = (ms: number): string => ago(-ms);

/** A person with what is theirs. */
export interface Mirrored {
  readonly person: Person;
  /** The same person with their second session. */
  readonly elsewhere: Person;
  readonly elsewhereId: string;
  readonly token: IssuedToken;
  /** A second one with the same label. */
  readonly twin: IssuedToken;
  readonly verify: string;
  readonly reset: string;
  readonly account: Account;
}

/** A ledger account on the first network. */
interface Account {
  readonly id: string;
  readonly publicKey: string;
}

export interface Place extends Organization {
  readonly token: IssuedToken;
  readonly twin: IssuedToken;
  /** Of the invitee, by the admin. */
  readonly invitation: SentInvitation;
  readonly account: Account;
}

export type World = Readonly<Record<(typeof PEOPLE)[number], Mirrored>> & {
  readonly app: TestApp;
  readonly A: Place;
  readonly B: Place;
  /** What ids, email addresses and keys stand for. */
  readonly names: Readonly<Record<string, string>>;
};

/** Gathers the rows of a world, table by table, in the order of their references. */
class Ground {
  readonly names: Record<string, string> = {};
  private readonly tables = new Map<string, NewRow[]>();

  constructor(
    readonly app: TestApp,
    readonly passwordHash: string,
  ) {}

  add(table: string, row: NewRow): void {
    this.tables.set(table, [...(this.tables.get(table) ?? []), row]);
  }

  named(name: string): string {
    const id = newId();
    this.names[id] = name;
    return id;
  }

  async insert(): Promise<void> {
    const order = ['users', 'organizations', 'memberships', 'access_tokens', 'ledger_accounts'];
    const tables = [...order, ...[...this.tables.keys()].filter((table) => !order.includes(table))];
    for (const table of tables) await dbInsert(this.app, table, this.tables.get(table) ?? []);
  }
}

/** `passwordHash`: of the password that all of these people have. */
export async function mirroredOrganizations(app: TestApp, passwordHash: string): Promise<World> {
  const ground = new Ground(app, passwordHash);
  const made = Object.fromEntries(PEOPLE.map((name) => [name, personWithEverything(ground, name)]));
  const people = made as Record<(typeof PEOPLE)[number], Mirrored>;
  const [A, B] = [organizationWithEverything(ground, 'A', people), organizationWithEverything(ground, 'B', people)];
  addStrangers(ground);
  await ground.insert();
  return { ...people, app, A, B, names: ground.names };
}

function personWithEverything(ground: Ground, name: string): Mirrored {
  const { app, names } = ground;
  const [id, email] = [ground.named(name), uniqueEmail(name)];
  names[email] = name;
  ground.add('users', {
    id,
    email,
    email_key: emailKey(email),
    name,
    password_hash: ground.passwordHash,
    email_verified_at: UNPROVEN.includes(name) ? null : ago(DAY_MS),
  });
  for (const [source, age] of [
    ['127.0.0.1', 2 * HOUR_MS],
    ['192.0.2.7', DAY_MS],
    ['192.0.2.9', 100 * DAY_MS],
  ] as const) {
    names[`${id} ${source}`] = source;
    ground.add('known_sources', { user_id: id, source, seen_at: ago(age) });
  }
  const [first, second] = [addSession(ground, id, 'first'), addSession(ground, id, 'elsewhere')];
  addSession(ground, id, 'third');
  addSession(ground, id, 'expired', { createdAt: ago(9 * DAY_MS), expiresAt: ago(2 * DAY_MS) });
  addSession(ground, id, 'ended', { createdAt: ago(DAY_MS), revokedAt: ago(HOUR_MS) });
  addSession(ground, id, 'long ended', { createdAt: ago(200 * DAY_MS), revokedAt: ago(195 * DAY_MS) });
  const links = ['verify_email', 'reset_password'].map((purpose) => addLinks(ground, id, purpose));
  const [token, twin] = addTokens(ground, 'personal', { user_id: id, organization_id: null, created_by: id });
  const as = ({ credential, cookie }: Opened): Person => new Person(app, credential, id, email, name, cookie);
  const [verify = '', reset = ''] = links;
  const account = addLedgerAccounts(ground, { user_id: id }, name);
  return { person: as(first), elsewhere: as(second), elsewhereId: second.id, token, twin, verify, reset, account };
}

interface Opened {
  readonly id: string;
  readonly credential: string;
  readonly cookie: string;
}

function addSession(
  ground: Ground,
  userId: string,
  name: string,
  { createdAt = ago(HOUR_MS), expiresAt = inTime(DAY_MS), revokedAt = null as string | null } = {},
): Opened {
  const id = ground.named(name);
  const token = newRefreshToken(id);
  ground.add('sessions', {
    id,
    user_id: userId,
    family_hash: token.familyHash,
    refresh_hash: token.hash,
    created_at: createdAt,
    last_used_at: createdAt,
    expires_at: expiresAt,
    revoked_at: revokedAt,
  });
  const credential = ground.app.nest.get(SessionTokenService).sign({ userId, sessionId: id, issuedAt: new Date() });
  return { id, credential, cookie: `latchkey_refresh=${token.text}` };
}

/** Answers the secret of the first. */
function addLinks(ground: Ground, userId: string, purpose: string): string {
  const secret = generateOpaqueSecret();
  for (const [name, hash, end] of [
    ['first', hashOpaqueSecret(secret), inTime(HOUR_MS)],
    ['second', randomBytes(32), inTime(HOUR_MS)],
    ['expired', randomBytes(32), ago(HOUR_MS)],
  ] as const) {
    const id = ground.named(`${purpose} ${name}`);
    ground.add('mailed_secrets', { id, user_id: userId, purpose, secret_hash: hash, expires_at: end });
  }
  return secret;
}

/** Two live ones with one label, one that is over and one that was revoked. */
function addTokens(ground: Ground, kind: 'personal' | 'organization', owner: NewRow): [IssuedToken, IssuedToken] {
  const { prefix: brand, hashKeys } = ground.app.config.tokens;
  const scopes = kind === 'personal' ? MEMBER_SCOPES : ORGANIZATION_SCOPES;
  const add = (name: string, ends: NewRow): IssuedToken => {
    const id = ground.named(name);
    const { secret, selector, hint, hash, hashKeyVersion } = generateSecret(brand, kind, hashKeys[0]);
    const traits = {
      kind,
      label: 'deploy',
      scopes,
      selector,
      hint,
      secret_hash: hash,
      hash_key_version: hashKeyVersion,
    };
    ground.add('access_tokens', { id, ...owner, ...traits, expires_at: null, revoked_at: null, ...ends });
    return { secret, token: { id, label: 'deploy', scopes } };
  };
  const live = [add('first', {}), add('twin', {})] as [IssuedToken, IssuedToken];
  add('expired', { expires_at: ago(HOUR_MS) });
  add('revoked', { revoked_at: ago(HOUR_MS) });
  return live;
}

function organizationWithEverything(ground: Ground, name: string, people: Record<string, Mirrored>): Place {
  const id = ground.named(name);
  const slug = `acme-${randomBytes(6).toString('hex')}`;
  ground.add('organizations', { id, name: `Acme ${name}`, slug });
  for (const [member, role] of Object.entries(ROLES)) {
    const userId = people[member]?.person.id ?? '';
    ground.names[`${id} ${userId}`] = member;
    ground.add('memberships', { organization_id: id, user_id: userId, role });
  }
  const created_by = people.admin?.person.id;
  const [token, twin] = addTokens(ground, 'organization', { user_id: null, organization_id: id, created_by });
  const invitation = addInvitations(ground, id, people, token);
  const account = addLedgerAccounts(ground, { organization_id: id }, name);
  return { id, slug, name: `Acme ${name}`, path: `/api/v1/organizations/${id}`, token, twin, invitation, account };
}

/** Of the same addresses in every organization. */
function addInvitations(
  ground: Ground,
  organizationId: string,
  { invitee, admin, member, caller }: Record<string, Mirrored>,
  token: IssuedToken,
): SentInvitation {
  const secret = generateOpaqueSecret();
  const none = { invited_by: null, invited_by_token: null, accepted_at: null, cancelled_at: null };
  const add = (name: string, email: string, fields: NewRow): string => {
    const id = ground.named(name);
    const row = { id, organization_id: organizationId, email, email_key: emailKey(email), role: 'member', ...none };
    ground.add('invitations', { ...row, secret_hash: randomBytes(32), expires_at: inTime(DAY_MS), ...fields });
    return id;
  };
  const byAdmin = { invited_by: admin?.person.id };
  const id = add('first', invitee?.person.email ?? '', { ...byAdmin, secret_hash: hashOpaqueSecret(secret) });
  add('second', 'second@example.test', byAdmin);
  add('by caller', 'third@example.test', { invited_by: caller?.person.id });
  // As if of somebody who could invite once.
  add('by member', 'fourth@example.test', { invited_by: member?.person.id });
  add('by token', 'fifth@example.test', { invited_by_token: token.token.id });
  add('expired', 'sixth@example.test', { ...byAdmin, expires_at: ago(HOUR_MS) });
  add('cancelled', 'second@example.test', { ...byAdmin, cancelled_at: ago(HOUR_MS) });
  add('accepted', 'seventh@example.test', { ...byAdmin, accepted_at: ago(HOUR_MS) });
  return { id, secret };
}

let lastNumber = 500_000;

/** One on each network, under one number; each with a former number, a reveal and a refill under way. */
function addLedgerAccounts(ground: Ground, owner: NewRow, ownerName: string): Account {
  lastNumber += 1;
  const [first = { id: '', publicKey: '' }] = NETWORK_NAMES.map((network) => {
    const id = ground.named(network);
    const { publicKey, sealedKey } = ground.app.nest.get(KeyVault).newAccount(id, network, 'ed25519');
    const public_key = publicKey;
    const [account_number, key_type, limit] = [String(lastNumber), 'ed25519', 1_000];
    ground.add('ledger_accounts', {
      id,
      ...{ user_id: null, organization_id: null, ...owner },
      ...{ network, key_type, public_key, sealed_private_key: sealedKey.sealed },
      ...{ encryption_key_version: sealedKey.keyVersion, account_number, balance: limit, balance_limit: limit },
    });
    for (const [number, since, until] of [
      [account_number, HOUR_MS, null],
      ['77', DAY_MS, ago(HOUR_MS)],
    ] as const) {
      const current_since = ago(since);
      ground.names[`${id} ${current_since}`] = number;
      ground.add('ledger_account_numbers', {
        ...{ account_id: id, account_number: number, current_since, gone_since: until },
      });
    }
    ground.add('ledger_account_reveals', { account_id: id, actor_id: newId(), revealed_at: ago(DAY_MS) });
    const transaction_id = `0.0.2@${String(lastNumber)}.${network}`;
    const refill = { kind: 'refill', account_number: '77', amount: 1, transaction_id };
    ground.add('ledger_transactions', { account_id: id, ...refill });
    ground.names[`${network} ${account_number}`] = `${network} of ${ownerName}`;
    ground.add('simulated_ledger_accounts', { network, account_number, key_type, public_key, balance: limit });
    const { account_number: _, amount: __, ...transaction } = refill;
    ground.add('simulated_ledger_transactions', { network, ...transaction, result: 'done', account_number });
    return { id, publicKey };
  });
  return first;
}

/** Counts of others, of each kind and with room to be lowered. */
function addStrangers(ground: Ground): void {
  for (const limit of ['signIn', 'signInPerAccount', 'signIns', 'invitedMailbox', 'invitationRepeats']) {
    const key = `${limit}:${randomBytes(32).toString('base64url')}`;
    ground.names[key] = limit;
    ground.add('rate_limits', { key, points: 3, expire: Date.now() + DAY_MS });
  }
}

/** Leaves nobody behind. The audit trail and the names ever used stay. */
export async function dbForgetEverybody(app: TestApp): Promise<void> {
  await app.db(`DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL`);
  await app.db(`DELETE FROM organizations`);
  await app.db(`DELETE FROM users`);
  await app.db(`DELETE FROM former_memberships`);
  await app.db(`DELETE FROM rate_limits`);
  await app.db(`DELETE FROM simulated_ledger_accounts`);
  await app.db(`DELETE FROM simulated_ledger_transactions`);
}
