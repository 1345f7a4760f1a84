/**
 * The service's whole configuration, as typed slices. Only `loadConfig` in env.ts creates one. All other code gets it
 * by dependency injection and never reads `process.env`.
 */
import type { KeyObject } from 'node:crypto';

/** The number of events allowed in a window; the limiter's unit is one event. */
export interface RateLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** A server key with the version label that rows store. */
export interface VersionedKey {
  readonly version: string;
  /** Exactly 32 bytes. */
  readonly key: Buffer;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** The API's public address, without a trailing slash. */
  readonly publicUrl: string;
  readonly dashboardUrl: string;
  /** Exact origins that browsers may call from, including that of `dashboardUrl`. */
  readonly corsOrigins: readonly string[];
  /** Peers (addresses or CIDR ranges) whose `X-Forwarded-*` headers are trusted; empty means none. */
  readonly trustedProxies: readonly string[];
  readonly docsEnabled: boolean;
  /** Bearer credential for `/metrics`; `null` closes the endpoint. */
  readonly metricsToken: string | null;
  /** Whether the token is a generated file in `dataDir`, which the operator has to read. */
  readonly isMetricsTokenGenerated: boolean;
}

export interface DatabaseConfig {
  /** `null` selects the embedded server in `dataDir`. */
  readonly url: string | null;
  readonly poolSize: number;
  readonly migrateOnStart: boolean;
}

export interface TokensConfig {
  /** The prefix of every secret. Changing it kills every live token. */
  readonly prefix: string;
  /** Newest first; the first one hashes new tokens, all of them verify. */
  readonly hashKeys: readonly [VersionedKey, ...VersionedKey[]];
  /** The limit of live tokens per organization, and per user. */
  readonly quota: number;
  readonly lastUsedIntervalMs: number;
}

export interface SessionsConfig {
  readonly jwtPrivateKey: KeyObject;
  readonly accessTokenSeconds: number;
  /** The idle timeout: a session that is not refreshed for this time ends. */
  readonly idleSeconds: number;
  /** The maximum lifetime of a session since its sign-in. */
  readonly absoluteSeconds: number;
  /** The time during which a used refresh token returns its successor again; 0 treats every second use as theft. */
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
  /** Newest first; the first one encrypts new private keys, all of them decrypt. */
  readonly encryptionKeys: readonly [VersionedKey, ...VersionedKey[]];
  /** The limit of ledger accounts per organization, and per user. */
  readonly quota: number;
}

export interface VerificationConfig {
  /** The time that a request may wait for its credential's verification before it gets a 503. */
  readonly timeoutMs: number;
  /**
   * The limit of cached facts of each kind in this process. Must exceed the number of waiting requests
   * (WAITING_CAPACITY).
   */
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
  /** Created by one user: each takes a name that is never released again. */
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
  /** A mirror node's REST API without `/api/v1`; `null` queries the consensus nodes, which costs a fee each time. */
  readonly mirrorUrl: string | null;
}

export interface LedgerConfig {
  readonly driver: 'simulated' | 'hedera';
  /** Per network and process; `null` means no limit. */
  readonly creationsPerSecond: number | null;
  /** The timeout of one call of a driver. */
  readonly requestTimeoutMs: number;
  /** `null` for a network that is not configured; only the `hedera` driver uses it. */
  readonly networks: Readonly<Record<'testnet' | 'previewnet', HederaNetworkConfig | null>>;
}

export interface LoggingConfig {
  readonly level: string;
}

/** Abstract so that Nest can inject it by class; `loadConfig` returns a plain object of this type. */
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
