/**
 * Mirrored organizations: two organizations with the same people, invitations and tokens. An action in one must not
 * affect the other. Each person and each organization has several rows of every owned kind: live, expired and ended
 * ones. All rows are inserted by SQL, so that a test has its world within milliseconds.
 */
import { randomBytes } from 'node:crypto';
import { SessionTokenService } from '../../src/auth/sessions/session-token.service.js';
import { generateOpaqueSecret, hashOpaqueSecret } from '../../src/credentials/opaque-secret.js';
import { newRefreshToken } from '../../src/credentials/refresh-token.js';
import { generateSecret } from '../../src/credentials/token-secret.js';
import { KeyVault } from '../../src/ledger-accounts/keys/key-vault.service.js';
import { NETWORK_NAMES } from '../../src/ledger-accounts/networks/ledger-network.js';
import { newId } from '../../src/platform/database/ids.js';
import { emailKey } from '../../src/users/email-key.js';
import { Person, uniqueEmail, type IssuedToken } from './actors.js';
import type { TestApp } from './app.js';
import { dbInsert, type NewRow } from './db-rows.js';
import type { SentInvitation } from './organizations.js';
import type { Organization } from './scene.js';
import { MEMBER_SCOPES, ORGANIZATION_SCOPES } from './tokens.js';

/** Roles in both organizations. The invitee is in neither. */
const ROLES = { caller: 'owner', coowner: 'owner', admin: 'admin', member: 'member', viewer: 'viewer' } as const;
const UNPROVEN = ['member', 'viewer', 'invitee'];
const PEOPLE = [...Object.keys(ROLES), 'invitee'] as (keyof typeof ROLES | 'invitee')[];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const inTime = (ms: number): string => ago(-ms);

/** Person with the rows that they own. */
export interface Mirrored {
  readonly person: Person;
  /** The same person with their second session. */
  readonly elsewhere: Person;
  readonly elsewhereId: string;
  readonly token: IssuedToken;
  /** Second token with the same label. */
  readonly twin: IssuedToken;
  readonly verify: string;
  readonly reset: string;
  readonly account: Account;
}

/** Ledger account on the first network. */
interface Account {
  readonly id: string;
  readonly publicKey: string;
}

export interface Place extends Organization {
  readonly token: IssuedToken;
  readonly twin: IssuedToken;
  /** The admin's invitation of the invitee. */
  readonly invitation: SentInvitation;
  readonly account: Account;
}

export type World = Readonly<Record<(typeof PEOPLE)[number], Mirrored>> & {
  readonly app: TestApp;
  readonly A: Place;
  readonly B: Place;
  /** Names for ids, email addresses and keys. */
  readonly names: Readonly<Record<string, string>>;
};

/** Collects the rows of a world, table by table, in the order of their references. */
class RowCollector {
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

/** `passwordHash`: hash of the password that all of these people have. */
export async function mirroredOrganizations(app: TestApp, passwordHash: string): Promise<World> {
  const rows = new RowCollector(app, passwordHash);
  const made = Object.fromEntries(PEOPLE.map((name) => [name, personWithEverything(rows, name)]));
  const people = made as Record<(typeof PEOPLE)[number], Mirrored>;
  const [A, B] = [organizationWithEverything(rows, 'A', people), organizationWithEverything(rows, 'B', people)];
  addOtherCounters(rows);
  await rows.insert();
  return { ...people, app, A, B, names: rows.names };
}

function personWithEverything(rows: RowCollector, name: string): Mirrored {
  const { app, names } = rows;
  const [id, email] = [rows.named(name), uniqueEmail(name)];
  names[email] = name;
  rows.add('users', {
    id,
    email,
    email_key: emailKey(email),
    name,
    password_hash: rows.passwordHash,
    email_verified_at: UNPROVEN.includes(name) ? null : ago(DAY_MS),
  });
  for (const [source, age] of [
    ['127.0.0.1', 2 * HOUR_MS],
    ['192.0.2.7', DAY_MS],
    ['192.0.2.9', 100 * DAY_MS],
  ] as const) {
    names[`${id} ${source}`] = source;
    rows.add('known_sources', { user_id: id, source, seen_at: ago(age) });
  }
  const [first, second] = [addSession(rows, id, 'first'), addSession(rows, id, 'elsewhere')];
  addSession(rows, id, 'third');
  addSession(rows, id, 'expired', { createdAt: ago(9 * DAY_MS), expiresAt: ago(2 * DAY_MS) });
  addSession(rows, id, 'ended', { createdAt: ago(DAY_MS), revokedAt: ago(HOUR_MS) });
  addSession(rows, id, 'long ended', { createdAt: ago(200 * DAY_MS), revokedAt: ago(195 * DAY_MS) });
  const links = ['verify_email', 'reset_password'].map((purpose) => addLinks(rows, id, purpose));
  const [token, twin] = addTokens(rows, 'personal', { user_id: id, organization_id: null, created_by: id });
  const as = ({ credential, cookie }: Opened): Person => new Person(app, credential, id, email, name, cookie);
  const [verify = '', reset = ''] = links;
  const account = addLedgerAccounts(rows, { user_id: id }, name);
  return { person: as(first), elsewhere: as(second), elsewhereId: second.id, token, twin, verify, reset, account };
}

interface Opened {
  readonly id: string;
  readonly credential: string;
  readonly cookie: string;
}

function addSession(
  rows: RowCollector,
  userId: string,
  name: string,
  { createdAt = ago(HOUR_MS), expiresAt = inTime(DAY_MS), revokedAt = null as string | null } = {},
): Opened {
  const id = rows.named(name);
  const token = newRefreshToken(id);
  rows.add('sessions', {
    id,
    user_id: userId,
    family_hash: token.familyHash,
    refresh_hash: token.hash,
    created_at: createdAt,
    last_used_at: createdAt,
    expires_at: expiresAt,
    revoked_at: revokedAt,
  });
  const credential = rows.app.nest.get(SessionTokenService).sign({ userId, sessionId: id, issuedAt: new Date() });
  return { id, credential, cookie: `latchkey_refresh=${token.text}` };
}

/** Returns the secret of the first link. */
function addLinks(rows: RowCollector, userId: string, purpose: string): string {
  const secret = generateOpaqueSecret();
  for (const [name, hash, end] of [
    ['first', hashOpaqueSecret(secret), inTime(HOUR_MS)],
    ['second', randomBytes(32), inTime(HOUR_MS)],
    ['expired', randomBytes(32), ago(HOUR_MS)],
  ] as const) {
    const id = rows.named(`${purpose} ${name}`);
    rows.add('mailed_secrets', { id, user_id: userId, purpose, secret_hash: hash, expires_at: end });
  }
  return secret;
}

/** Two live tokens with one label, an expired one and a revoked one. */
function addTokens(rows: RowCollector, kind: 'personal' | 'organization', owner: NewRow): [IssuedToken, IssuedToken] {
  const { prefix: brand, hashKeys } = rows.app.config.tokens;
  const scopes = kind === 'personal' ? MEMBER_SCOPES : ORGANIZATION_SCOPES;
  const add = (name: string, ends: NewRow): IssuedToken => {
    const id = rows.named(name);
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
    rows.add('access_tokens', { id, ...owner, ...traits, expires_at: null, revoked_at: null, ...ends });
    return { secret, token: { id, label: 'deploy', scopes } };
  };
  const live = [add('first', {}), add('twin', {})] as [IssuedToken, IssuedToken];
  add('expired', { expires_at: ago(HOUR_MS) });
  add('revoked', { revoked_at: ago(HOUR_MS) });
  return live;
}

function organizationWithEverything(rows: RowCollector, name: string, people: Record<string, Mirrored>): Place {
  const id = rows.named(name);
  const slug = `acme-${randomBytes(6).toString('hex')}`;
  rows.add('organizations', { id, name: `Acme ${name}`, slug });
  for (const [member, role] of Object.entries(ROLES)) {
    const userId = people[member]?.person.id ?? '';
    rows.names[`${id} ${userId}`] = member;
    rows.add('memberships', { organization_id: id, user_id: userId, role });
  }
  const created_by = people.admin?.person.id;
  const [token, twin] = addTokens(rows, 'organization', { user_id: null, organization_id: id, created_by });
  const invitation = addInvitations(rows, id, people, token);
  const account = addLedgerAccounts(rows, { organization_id: id }, name);
  return { id, slug, name: `Acme ${name}`, path: `/api/v1/organizations/${id}`, token, twin, invitation, account };
}

/** Invitations of the same addresses in every organization. */
function addInvitations(
  rows: RowCollector,
  organizationId: string,
  { invitee, admin, member, caller }: Record<string, Mirrored>,
  token: IssuedToken,
): SentInvitation {
  const secret = generateOpaqueSecret();
  const none = { invited_by: null, invited_by_token: null, accepted_at: null, cancelled_at: null };
  const add = (name: string, email: string, fields: NewRow): string => {
    const id = rows.named(name);
    const row = { id, organization_id: organizationId, email, email_key: emailKey(email), role: 'member', ...none };
    rows.add('invitations', { ...row, secret_hash: randomBytes(32), expires_at: inTime(DAY_MS), ...fields });
    return id;
  };
  const byAdmin = { invited_by: admin?.person.id };
  const id = add('first', invitee?.person.email ?? '', { ...byAdmin, secret_hash: hashOpaqueSecret(secret) });
  add('second', 'second@example.test', byAdmin);
  add('by caller', 'third@example.test', { invited_by: caller?.person.id });
  // Inviter whose right to invite was removed later.
  add('by member', 'fourth@example.test', { invited_by: member?.person.id });
  add('by token', 'fifth@example.test', { invited_by_token: token.token.id });
  add('expired', 'sixth@example.test', { ...byAdmin, expires_at: ago(HOUR_MS) });
  add('cancelled', 'second@example.test', { ...byAdmin, cancelled_at: ago(HOUR_MS) });
  add('accepted', 'seventh@example.test', { ...byAdmin, accepted_at: ago(HOUR_MS) });
  return { id, secret };
}

let lastNumber = 500_000;

/** Accounts on each network with the same number; each has a former number, a recorded reveal and a pending refill. */
function addLedgerAccounts(rows: RowCollector, owner: NewRow, ownerName: string): Account {
  lastNumber += 1;
  const [first = { id: '', publicKey: '' }] = NETWORK_NAMES.map((network) => {
    const id = rows.named(network);
    const { publicKey, sealedKey } = rows.app.nest.get(KeyVault).newAccount(id, network, 'ed25519');
    const public_key = publicKey;
    const [account_number, key_type, limit] = [String(lastNumber), 'ed25519', 1_000];
    rows.add('ledger_accounts', {
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
      rows.names[`${id} ${current_since}`] = number;
      rows.add('ledger_account_numbers', {
        ...{ account_id: id, account_number: number, current_since, gone_since: until },
      });
    }
    rows.add('ledger_account_reveals', { account_id: id, actor_id: newId(), revealed_at: ago(DAY_MS) });
    const transaction_id = `0.0.2@${String(lastNumber)}.${network}`;
    const refill = { kind: 'refill', account_number: '77', amount: 1, transaction_id };
    rows.add('ledger_transactions', { account_id: id, ...refill });
    rows.names[`${network} ${account_number}`] = `${network} of ${ownerName}`;
    rows.add('simulated_ledger_accounts', { network, account_number, key_type, public_key, balance: limit });
    const { account_number: _, amount: __, ...transaction } = refill;
    rows.add('simulated_ledger_transactions', { network, ...transaction, result: 'done', account_number });
    return { id, publicKey };
  });
  return first;
}

/** Counters of other keys, of each kind and with room to be lowered. */
function addOtherCounters(rows: RowCollector): void {
  for (const limit of ['signIn', 'signInPerAccount', 'signIns', 'invitedMailbox', 'invitationRepeats']) {
    const key = `${limit}:${randomBytes(32).toString('base64url')}`;
    rows.names[key] = limit;
    rows.add('rate_limits', { key, points: 3, expire: Date.now() + DAY_MS });
  }
}

/** Deletes all people. The audit trail and the names ever used stay. */
export async function dbDeleteEverybody(app: TestApp): Promise<void> {
  await app.db(`DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL`);
  await app.db(`DELETE FROM organizations`);
  await app.db(`DELETE FROM users`);
  await app.db(`DELETE FROM former_memberships`);
  await app.db(`DELETE FROM rate_limits`);
  await app.db(`DELETE FROM simulated_ledger_accounts`);
  await app.db(`DELETE FROM simulated_ledger_transactions`);
}
