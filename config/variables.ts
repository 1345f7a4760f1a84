/** All environment variables: their formats, their defaults, and the secret ones. */
import { z } from 'zod';
import { databaseUrl } from './database-url.js';
import { accountId, nodeAddresses, operatorKey } from './ledger-values.js';
import { mailSender } from './mail-sender.js';
import {
  filePath,
  flag,
  host,
  httpUrl,
  integer,
  oneOf,
  origins,
  proxies,
  rateLimit,
  refreshGrace,
  tokenPrefix,
} from './parsers.js';
import { bearerSecret, serverKeys, signingKey, smtpUrl } from './secret-values.js';

/** Secret variables, which may also be given as `<NAME>_FILE`, the path of a file with the value. */
export const SECRET_VARIABLES = [
  'DATABASE_URL',
  'TOKEN_HASH_KEYS',
  'JWT_PRIVATE_KEY',
  'LEDGER_ENCRYPTION_KEYS',
  'SMTP_URL',
  'METRICS_TOKEN',
  'HEDERA_TESTNET_OPERATOR_KEY',
  'HEDERA_PREVIEWNET_OPERATOR_KEY',
];

export const variables = z.object({
  NODE_ENV: oneOf('development', 'test', 'production').prefault('development'),
  PORT: integer(0, 65_535).prefault('3000'),
  HOST: host.optional(),
  PUBLIC_URL: httpUrl.optional(),
  DASHBOARD_PORT: integer(1, 65_535).prefault('3001'),
  DASHBOARD_URL: httpUrl.optional(),
  CORS_ORIGINS: origins.prefault(''),
  TRUSTED_PROXIES: proxies.prefault(''),
  DOCS_ENABLED: flag.prefault('true'),
  METRICS_TOKEN: bearerSecret.optional(),

  DATA_DIR: filePath.prefault('.latchkey'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL_SIZE: integer(1, 1_000).prefault('10'),
  MIGRATE_ON_START: flag.prefault('true'),

  TOKEN_PREFIX: tokenPrefix.prefault('lk'),
  TOKEN_HASH_KEYS: serverKeys.optional(),
  TOKEN_QUOTA: integer(1, 1_000_000).prefault('500'),
  LAST_USED_INTERVAL_MS: integer(10, 3_600_000).prefault('30000'),
  VERIFY_TIMEOUT_MS: integer(10, 60_000).prefault('1000'),
  VERIFY_MEMORY_CAPACITY: integer(20_000, 10_000_000).prefault('200000'),

  JWT_PRIVATE_KEY: signingKey.optional(),
  PASSWORD_BCRYPT_COST: integer(4, 15).prefault('12'),
  REFRESH_GRACE: refreshGrace.prefault('10s'),

  LEDGER_ENCRYPTION_KEYS: serverKeys.optional(),
  LEDGER_ACCOUNT_QUOTA: integer(1, 10_000).prefault('50'),

  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailSender.prefault('Latchkey <latchkey@localhost>'),

  RATE_LIMIT_ENABLED: flag.prefault('true'),
  RATE_LIMIT_SIGN_IN: rateLimit.prefault('10/15m'),
  RATE_LIMIT_SIGN_IN_PER_SOURCE: rateLimit.prefault('100/15m'),
  RATE_LIMIT_SIGN_IN_PER_ACCOUNT: rateLimit.prefault('100/1h'),
  RATE_LIMIT_SIGN_INS: rateLimit.prefault('600/1h'),
  RATE_LIMIT_REGISTRATION: rateLimit.prefault('100/1h'),
  RATE_LIMIT_PASSWORD_RESET: rateLimit.prefault('5/1h'),
  RATE_LIMIT_ACCOUNT_MAILS: rateLimit.prefault('10/1h'),
  RATE_LIMIT_INVITATIONS: rateLimit.prefault('200/1h'),
  RATE_LIMIT_INVITATION_REPEATS: rateLimit.prefault('3/1d'),
  RATE_LIMIT_INVITED_MAILBOX: rateLimit.prefault('10/1d'),
  RATE_LIMIT_FAILED_TOKENS: rateLimit.prefault('300/1m'),
  RATE_LIMIT_CHANGES: rateLimit.prefault('300/1m'),
  RATE_LIMIT_ORGANIZATIONS: rateLimit.prefault('100/1d'),

  LEDGER_NETWORK_DRIVER: oneOf('simulated', 'hedera').prefault('simulated'),
  LEDGER_CREATIONS_PER_SECOND: integer(1, 10_000).optional(),
  LEDGER_REQUEST_TIMEOUT_MS: integer(100, 60_000).prefault('10000'),
  HEDERA_TESTNET_OPERATOR_ID: accountId.optional(),
  HEDERA_TESTNET_OPERATOR_KEY: operatorKey.optional(),
  HEDERA_TESTNET_NODES: nodeAddresses.optional(),
  HEDERA_TESTNET_MIRROR_URL: httpUrl.optional(),
  HEDERA_PREVIEWNET_OPERATOR_ID: accountId.optional(),
  HEDERA_PREVIEWNET_OPERATOR_KEY: operatorKey.optional(),
  HEDERA_PREVIEWNET_NODES: nodeAddresses.optional(),
  HEDERA_PREVIEWNET_MIRROR_URL: httpUrl.optional(),

  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').prefault('info'),
});

export type Variables = z.output<typeof variables>;
