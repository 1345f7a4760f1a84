/** The loader of the service's configuration. */
import { join, resolve } from 'node:path';
import { dashboardUrlOf, publicUrlOf } from './addresses.js';
import type {
  AppConfig,
  HttpConfig,
  LedgerAccountsConfig,
  MailConfig,
  RateLimitsConfig,
  SessionsConfig,
  TokensConfig,
} from './app-config.js';
import { ConfigError } from './config-error.js';
import { dataDirFault } from './data-dir-fault.js';
import { ledgerSlice } from './ledger.js';
import { generatesSecrets, readVariables } from './read-variables.js';
import { bearerSecret, serverKeys, signingKey } from './secret-values.js';
import { generatedSecret, SECRET_FILES, type GeneratedSecret, type OPTIONAL_SECRET } from './secrets.js';
import type { Variables } from './variables.js';

const ACCESS_TOKEN_SECONDS = 600;
const SESSION_IDLE_SECONDS = 7 * 86_400;
const SESSION_ABSOLUTE_SECONDS = 30 * 86_400;

type Needed = Exclude<GeneratedSecret, typeof OPTIONAL_SECRET>;
type Secrets = Required<{ [Name in Needed]: Exclude<Variables[Name], undefined> }> & { METRICS_TOKEN: string | null };

/**
 * Checks the whole environment. Throws one ConfigError that lists every fault, those of `.env` first. Missing secrets
 * are generated in the data directory where the rule allows it, but only if there is no other fault.
 */
export function loadConfig(env: NodeJS.ProcessEnv, faultsOfFile: readonly string[] = []): AppConfig {
  const { values, faults: faultsOfVariables } = readVariables(env);
  const faults = [...faultsOfFile, ...faultsOfVariables];
  if (faults.length > 0) throw new ConfigError(faults);
  const complete = values as Variables;
  return toConfig(complete, secretsOf(complete));
}

function secretsOf(values: Variables): Secrets {
  return {
    TOKEN_HASH_KEYS: values.TOKEN_HASH_KEYS ?? fromDataDir(values, 'TOKEN_HASH_KEYS', (text) => serverKeys.parse(text)),
    JWT_PRIVATE_KEY: values.JWT_PRIVATE_KEY ?? fromDataDir(values, 'JWT_PRIVATE_KEY', (text) => signingKey.parse(text)),
    LEDGER_ENCRYPTION_KEYS:
      values.LEDGER_ENCRYPTION_KEYS ?? fromDataDir(values, 'LEDGER_ENCRYPTION_KEYS', (text) => serverKeys.parse(text)),
    METRICS_TOKEN:
      values.METRICS_TOKEN ??
      (generatesSecrets(values) ? fromDataDir(values, 'METRICS_TOKEN', (text) => bearerSecret.parse(text)) : null),
  };
}

function fromDataDir<T>({ DATA_DIR }: Variables, name: GeneratedSecret, parse: (text: string) => T): T {
  const file = join(DATA_DIR, 'secrets', SECRET_FILES[name].file);
  try {
    return parse(generatedSecret(resolve(DATA_DIR), name));
  } catch (error) {
    const fault = dataDirFault(resolve(DATA_DIR), error);
    throw new ConfigError([fault ?? `${name} is not set, and its generated value in ${file} is not a valid secret`]);
  }
}

function toConfig(values: Variables, secrets: Secrets): AppConfig {
  const dataDir = resolve(values.DATA_DIR);
  return {
    environment: values.NODE_ENV,
    dataDir,
    http: httpSlice(values, secrets),
    database: {
      url: values.DATABASE_URL?.url ?? null,
      poolSize: values.DATABASE_POOL_SIZE,
      migrateOnStart: values.MIGRATE_ON_START,
    },
    tokens: tokensSlice(values, secrets),
    sessions: sessionsSlice(values, secrets),
    mail: mailSlice(values, dataDir),
    ledgerAccounts: ledgerAccountsSlice(values, secrets),
    verification: { timeoutMs: values.VERIFY_TIMEOUT_MS, memoryCapacity: values.VERIFY_MEMORY_CAPACITY },
    rateLimits: rateLimitsSlice(values),
    ledger: ledgerSlice(values),
    logging: { level: values.LOG_LEVEL },
  };
}

function httpSlice(values: Variables, secrets: Secrets): HttpConfig {
  const dashboardUrl = dashboardUrlOf(values);
  return {
    // The embedded default is for trials on one machine; a service with a database listens on the network.
    host: values.HOST ?? (values.DATABASE_URL === undefined ? '127.0.0.1' : '0.0.0.0'),
    port: values.PORT,
    publicUrl: publicUrlOf(values),
    dashboardUrl,
    corsOrigins: [...new Set([new URL(dashboardUrl).origin, ...values.CORS_ORIGINS])],
    trustedProxies: values.TRUSTED_PROXIES,
    docsEnabled: values.DOCS_ENABLED,
    metricsToken: secrets.METRICS_TOKEN,
    isMetricsTokenGenerated: values.METRICS_TOKEN === undefined && secrets.METRICS_TOKEN !== null,
  };
}

function tokensSlice(values: Variables, secrets: Secrets): TokensConfig {
  return {
    prefix: values.TOKEN_PREFIX,
    hashKeys: secrets.TOKEN_HASH_KEYS,
    quota: values.TOKEN_QUOTA,
    lastUsedIntervalMs: values.LAST_USED_INTERVAL_MS,
  };
}

function sessionsSlice(values: Variables, secrets: Secrets): SessionsConfig {
  return {
    jwtPrivateKey: secrets.JWT_PRIVATE_KEY,
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
    idleSeconds: SESSION_IDLE_SECONDS,
    absoluteSeconds: SESSION_ABSOLUTE_SECONDS,
    refreshGraceSeconds: values.REFRESH_GRACE,
    bcryptCost: values.PASSWORD_BCRYPT_COST,
  };
}

function mailSlice(values: Variables, dataDir: string): MailConfig {
  return {
    smtpUrl: values.SMTP_URL ?? null,
    from: values.MAIL_FROM,
    outboxDir: join(dataDir, 'outbox'),
  };
}

function ledgerAccountsSlice(values: Variables, secrets: Secrets): LedgerAccountsConfig {
  return { encryptionKeys: secrets.LEDGER_ENCRYPTION_KEYS, quota: values.LEDGER_ACCOUNT_QUOTA };
}

function rateLimitsSlice(values: Variables): RateLimitsConfig {
  return {
    enabled: values.RATE_LIMIT_ENABLED,
    signIn: values.RATE_LIMIT_SIGN_IN,
    signInPerSource: values.RATE_LIMIT_SIGN_IN_PER_SOURCE,
    signInPerAccount: values.RATE_LIMIT_SIGN_IN_PER_ACCOUNT,
    signIns: values.RATE_LIMIT_SIGN_INS,
    registration: values.RATE_LIMIT_REGISTRATION,
    passwordReset: values.RATE_LIMIT_PASSWORD_RESET,
    accountMails: values.RATE_LIMIT_ACCOUNT_MAILS,
    invitations: values.RATE_LIMIT_INVITATIONS,
    invitationRepeats: values.RATE_LIMIT_INVITATION_REPEATS,
    invitedMailbox: values.RATE_LIMIT_INVITED_MAILBOX,
    failedTokens: values.RATE_LIMIT_FAILED_TOKENS,
    changes: values.RATE_LIMIT_CHANGES,
    organizations: values.RATE_LIMIT_ORGANIZATIONS,
  };
}
