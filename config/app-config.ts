/**
 * The service's whole configuration as typed slices. `loadConfig` in env.ts is the only maker of one; everything else
 * is handed this object by dependency injection and never looks at `process.env`.
 */
import type { KeyObject } from 'node:crypto';

/** How many events are allowed in a window; the limiter's unit is one event. */
export interface RateLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** A server key with the version label under which rows remember it. */
export interface VersionedKey {
  readonly version: string;
  /** Exactly 32 bytes. */
  readonly key: Buffer;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Where people reach this API, without a trailing slash. */
  readonly publicUrl: string;
  readonly dashboardUrl: string;
  /** Exact origins that browsers may call from, `dashboardUrl`'s origin among them. */
  readonly corsOrigins: readonly string[];
  /** Peers (addresses or CIDR ranges) whose `X-Forwarded-*` headers are believed; empty means none. */
  readonly trustedProxies: readonly string[];
  readonly docsEnabled: boolean;
  /** Bearer credential for `/metrics`; `null` closes them to everybody. */
  readonly metricsToken: string | null;
  /** Whether it lies in `dataDir`, where an operator has to be sent for it. */
  readonly isMetricsTokenGenerated: boolean;
}

export interface DatabaseConfig {
  /** `null` asks for the embedded server in `dataDir`. */
  readonly url: string | null;
  readonly poolSize: number;
  readonly migrateOnStart: boolean;
}

export interface TokensConfig {
  /** The brand that every secret begins with. Changing it kills every live token. */
  readonly prefix: string;
  /** Newest first; the first one hashes new tokens, all of them verify. */
  readonly hashKeys: readonly [VersionedKey, ...VersionedKey[]];
  /** Live tokens that one organization, and one user, may hold. */
  readonly quota: number;
  readonly lastUsedIntervalMs: number;
}

export interface SessionsConfig {
  readonly jwtPrivateKey: KeyObject;
  readonly accessTokenSeconds: number;
  /** A session that is not refreshed for so long has ended. */
  readonly idleSeconds: number;
  /** However busy, a session ends so long after sign-in. */
  readonly absoluteSeconds: number;
  /** For so long a used refresh token is answered with its successor again; 0 takes every second use for theft. */
  readonly refreshGraceSeconds: number;
  readonly bcryptCost: number;
}

/** One mailbox: a display name, which may be empty, and an address. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
}

export interface MailConfig {
  /** `null` writes each mail as an `.eml` file into `outboxDir`. */
  readonly smtpUrl: string | null;
  readonly from: MailSender;
  readonly outboxDir: string;
}

export interface LedgerAccountsConfig {
  /** Newest first; the first one seals new private keys, all of them open. */
  readonly encryptionKeys: readonly [VersionedKey, ...VersionedKey[]];
  /** Ledger accounts that one organization, and one user, may hold. */
  readonly quota: number;
}

export interface VerificationConfig {
  /** How long a request may wait for its credential to be confirmed before it is answered 503. */
  readonly timeoutMs: number;
  /** Facts of each kind that this process remembers at most. More than may wait at once (see WAITING_CAPACITY). */
  readonly memoryCapacity: number;
}

export interface RateLimitsConfig {
  readonly enabled: boolean;
  readonly signIn: RateLimit;
  readonly signInPerSource: RateLimit;
  readonly signInPerAccount: RateLimit;
  /** To one account, with the right password. */
  readonly signIns: RateLimit;
  readonly registration: RateLimit;
  readonly passwordReset: RateLimit;
  readonly accountMails: RateLimit;
  readonly invitations: RateLimit;
  readonly invitationRepeats: RateLimit;
  readonly invitedMailbox: RateLimit;
  readonly failedTokens: RateLimit;
  /** Of one account, by POST and PATCH. */
  readonly changes: RateLimit;
  /** Founded by one person: each takes a name that is never given out again. */
  readonly organizations: RateLimit;
}

/** One network of the `hedera` driver. */
export interface HederaNetworkConfig {
  /** The account, as in 0.0.N, that pays for every creation and refill. */
  readonly operatorId: string;
  /** Its private key as DER hex: a secret. */
  readonly operatorKey: string;
  /** Consensus nodes: `host:port` → the node's own account. */
  readonly nodes: Readonly<Record<string, string>>;
  /** A mirror node's REST API without `/api/v1`; `null` asks the consensus nodes, which costs a fee each time. */
  readonly mirrorUrl: string | null;
}

export interface LedgerConfig {
  readonly driver: 'simulated' | 'hedera';
  /** Per network and process; `null` means no limit. */
  readonly creationsPerSecond: number | null;
  /** How long one call of a driver may take. */
  readonly requestTimeoutMs: number;
  /** `null` for a network that is not configured; only the `hedera` driver looks. */
  readonly networks: Readonly<Record<'testnet' | 'previewnet', HederaNetworkConfig | null>>;
}

export interface LoggingConfig {
  readonly level: string;
}

/** Abstract so that Nest can inject it by class; `loadConfig` answers a plain object of this shape. */
export abstract class AppConfig {
  abstract readonly environment: 'development' | 'test' | 'production';
  abstract readonly dataDir: string;
  abstract readonly http: HttpConfig;
  abstract readonly database: DatabaseConfig;
  abstract readonly tokens: TokensConfig;
  abstract readonly sessions: SessionsConfig;
  abstract readonly mail: MailConfig;
  abstract readonly ledgerAccounts: LedgerAccountsConfig;
  abstract readonly verification: VerificationConfig;
  abstract readonly rateLimits: RateLimitsConfig;
  abstract readonly ledger: LedgerConfig;
  abstract readonly logging: LoggingConfig;
}
