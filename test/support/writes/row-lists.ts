/** Groups of rows, in the form of row-changes.ts. */

const LINKS = ['expired', 'first', 'second'];
const TOKENS = ['expired', 'first', 'revoked', 'twin'];

export const linksGone = (purpose: 'verify_email' | 'reset_password', person: string): string[] =>
  LINKS.map((link) => `- link ${purpose} ${link} of ${person}`);

/** Each new link removes expired ones. */
export const expiredLinksGone = (person: string): string[] =>
  ['verify_email', 'reset_password'].map((purpose) => `- link ${purpose} expired of ${person}`);

/** Source address of all calls; a source unused for long is deleted. */
export const sourceSeen = (person: string): string[] => [
  `- known source 192.0.2.9 of ${person}`,
  `~ known source 127.0.0.1 of ${person}: seen_at`,
];

export const sessionsEnded = (person: string, ...sessions: readonly string[]): string[] =>
  sessions.map((session) => `~ session ${session} of ${person}: revoke_reason, revoked_at`);

/** The live tokens, with a reason. */
export const tokensRevoked = (owner: string): string[] =>
  ['first', 'twin'].map((token) => `~ token ${token} of ${owner}: revoke_reason, revoked_at, revoked_by`);

/** Writes of the job for a new ledger account. */
export const accountCreated = (owner: string): string[] => [
  `+ account number of ${owner}`,
  `+ account of ${owner}`,
  '+ simulated account',
  '+ simulated transaction',
];

const accountsGone = (owner: string): string[] => [
  ...['testnet', 'previewnet'].map((network) => `- account ${network} of ${owner}`),
  ...Array.from({ length: 4 }, () => `- account number of ${owner}`),
  ...Array.from({ length: 2 }, () => [`- reveal of ${owner}`, `- transaction of ${owner}`]).flat(),
];

const membershipGone = (person: string, organization: string): string[] => [
  `- membership ${person} of ${organization}`,
  `+ former membership ${person} of ${organization}`,
];

/** All rows of a person, in both organizations. */
export const personGone = (person: string): string[] => [
  `- user of ${person}`,
  ...['A', 'B'].flatMap((organization) => membershipGone(person, organization)),
  ...['first', 'elsewhere', 'third', 'expired', 'ended', 'long ended'].map((name) => `- session ${name} of ${person}`),
  ...['127.0.0.1', '192.0.2.7', '192.0.2.9'].map((source) => `- known source ${source} of ${person}`),
  ...linksGone('verify_email', person),
  ...linksGone('reset_password', person),
  ...TOKENS.map((token) => `- token ${token} of ${person}`),
  ...accountsGone(person),
];

/** All rows of an organization. */
export const organizationGone = (organization: string): string[] => [
  `- organization of ${organization}`,
  ...['caller', 'coowner', 'admin', 'member', 'viewer'].flatMap((person) => membershipGone(person, organization)),
  ...['first', 'second', 'by caller', 'by member', 'by token', 'expired', 'cancelled', 'accepted'].map(
    (name) => `- invitation ${name} of ${organization}`,
  ),
  ...TOKENS.map((token) => `- token ${token} of ${organization}`),
  ...accountsGone(organization),
];
