import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../config/env.js';
import { complete, faultsOf, newDirectory, newHashKey, newPem } from './support.js';

describe('the configuration', () => {
  it('has a default for everything but a remote database and its secrets', () => {
    const { http, database, tokens, sessions, rateLimits, mail } = loadConfig(complete());
    expect(http).toMatchObject({ host: '0.0.0.0', port: 3000, publicUrl: 'http://localhost:3000', trustedProxies: [] });
    expect(http).toMatchObject({ corsOrigins: ['http://localhost:3001'], docsEnabled: true, metricsToken: null });
    expect(database).toMatchObject({ poolSize: 10, migrateOnStart: true });
    expect(tokens).toMatchObject({ prefix: 'lk', quota: 500, lastUsedIntervalMs: 30_000 });
    expect(sessions).toMatchObject({ accessTokenSeconds: 600, bcryptCost: 12 });
    expect(rateLimits).toMatchObject({ enabled: true, signIn: { points: 10, windowSeconds: 900 } });
    expect(mail).toMatchObject({ smtpUrl: null, from: { name: 'Latchkey', address: 'latchkey@localhost' } });
  });

  it('lists every fault at once', () => {
    const { names } = faultsOf({
      DATABASE_URL: 'postgres://db.internal/x',
      PORT: 'abc',
      CORS_ORIGINS: '*',
      RATE_LIMIT: '5',
    });
    expect(names.sort()).toEqual([
      'CORS_ORIGINS',
      'JWT_PRIVATE_KEY',
      'LEDGER_ENCRYPTION_KEYS',
      'PORT',
      'RATE_LIMIT',
      'TOKEN_HASH_KEYS',
    ]);
  });

  it('never repeats a value in a fault', () => {
    const names = [
      'DATABASE_URL',
      'TOKEN_HASH_KEYS',
      'JWT_PRIVATE_KEY',
      'LEDGER_ENCRYPTION_KEYS',
      'SMTP_URL',
      'METRICS_TOKEN',
      'PORT',
      'PUBLIC_URL',
    ];
    const { message } = faultsOf(Object.fromEntries(names.map((name) => [name, 'canary canary'])));
    for (const name of names) expect(message).toContain(name);
    expect(message).not.toContain('canary');
  });

  it('takes the dashboard among the origins, once', () => {
    const given = {
      PUBLIC_URL: 'https://latchkey.example.com',
      DASHBOARD_URL: 'https://d.example.com/',
      CORS_ORIGINS: 'https://d.example.com, https://a.example.com:8443',
    };
    const { http } = loadConfig({ ...complete(), ...given });
    expect(http.dashboardUrl).toBe('https://d.example.com');
    expect(http.corsOrigins).toEqual(['https://d.example.com', 'https://a.example.com:8443']);
  });

  it('takes proxies as addresses and ranges of both families', () => {
    const { http } = loadConfig({ ...complete(), TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16, ::1, fd00::/8' });
    expect(http.trustedProxies).toEqual(['10.0.0.1', '192.168.0.0/16', '::1', 'fd00::/8']);
  });

  it('reads limits in every unit', () => {
    const { rateLimits } = loadConfig({ ...complete(), RATE_LIMIT_SIGN_IN: '3/90s', RATE_LIMIT_INVITATIONS: '1/2d' });
    expect(rateLimits.signIn).toEqual({ points: 3, windowSeconds: 90 });
    expect(rateLimits.invitations).toEqual({ points: 1, windowSeconds: 172_800 });
  });
});

describe('the refresh grace', () => {
  it.each([
    [undefined, 10],
    ['0', 0],
    ['0s', 0],
    ['1s', 1],
    ['30s', 30],
    ['60s', 60],
    ['1m', 60],
  ])('%j is %d seconds', (value, seconds) => {
    const env = value === undefined ? complete() : { ...complete(), REFRESH_GRACE: value };
    expect(loadConfig(env).sessions.refreshGraceSeconds).toBe(seconds);
  });

  it.each(['', '10', '10000', '-1s', '1.5s', '61s', '2m', '1h', '10ms', ' 10s', '10s ', '010s', 'off', 'Infinity'])(
    '%j stops the start',
    (value) => expect(faultsOf({ ...complete(), REFRESH_GRACE: value }).names).toEqual(['REFRESH_GRACE']),
  );
});

describe('a value that is not understood stops the start', () => {
  const numbers = [
    'PORT',
    'DATABASE_POOL_SIZE',
    'TOKEN_QUOTA',
    'LEDGER_ACCOUNT_QUOTA',
    'LAST_USED_INTERVAL_MS',
    'VERIFY_TIMEOUT_MS',
  ];
  const unparsable = ['abc', '-1', 'Infinity', '1e999', '1e3', 'NaN', '0x10', ' 5', '5 ', '5.5', '', '__proto__'];
  it.each(numbers.flatMap((name) => unparsable.map((value) => [name, value])))('%s=%j', (name, value) => {
    expect(faultsOf({ ...complete(), [name]: value }).names).toEqual([name]);
  });

  it.each([
    'abc',
    '-1',
    'Infinity',
    '10',
    '10/',
    '/15m',
    '0/15m',
    '10/0m',
    '10/15',
    '10/15M',
    '1e9/1s',
    '10/15m ',
    '1/31d',
    '',
  ])('RATE_LIMIT_SIGN_IN=%j, which never means "no limit"', (value) =>
    expect(faultsOf({ ...complete(), RATE_LIMIT_SIGN_IN: value }).names).toEqual(['RATE_LIMIT_SIGN_IN']),
  );

  it.each([
    ['RATE_LIMIT_ENABLED', 'yes'],
    ['RATE_LIMIT_SIGNIN', '10/15m'],
    ['MIGRATE_ON_START', '1'],
    ['DOCS_ENABLED', 'TRUE'],
    ['NODE_ENV', 'staging'],
    ['LOG_LEVEL', 'verbose'],
    ['PORT', '65536'],
    ['PASSWORD_BCRYPT_COST', '9'],
    ['PASSWORD_BCRYPT_COST', '16'],
    ['TOKEN_PREFIX', 'L'],
    ['TOKEN_PREFIX', 'a_b'],
    ['HOST', 'local host'],
    ['PUBLIC_URL', 'ftp://x.example.com'],
    ['PUBLIC_URL', 'https://user:pw@x.example.com'],
    ['PUBLIC_URL', 'https://x.example.com/?a'],
    ['DASHBOARD_URL', 'dashboard'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://a.example.com/path'],
    ['CORS_ORIGINS', 'https://a.example.com,'],
    ['TRUSTED_PROXIES', 'loopback'],
    ['TRUSTED_PROXIES', '10.1'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', 'true'],
    ['SMTP_URL', 'http://mail.example.com'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'a@example.com\r\nBcc: b@example.com'],
    ['METRICS_TOKEN', 'short'],
    ['DATABASE_URL', ''],
    ['DATABASE_URL', 'mysql://db.internal/x'],
    ['DATABASE_URL', 'postgres:///latchkey'],
    ['DATABASE_URL', ' postgres://127.0.0.1/x'],
    ['DATABASE_URL', 'postgres://127.0.0.1/x\n'],
    ['DATABASE_URL', 'postgres://u@/latchkey'],
    ['DATABASE_URL', 'postgres://u:p%ss@127.0.0.1/x'],
    ['DATABASE_URL', 'postgres://u%zz:p@127.0.0.1/x'],
    ['DATABASE_URL', 'postgres://u:1/pass@127.0.0.1/x'],
    ['DATABASE_URL', 'postgres://u:1#pass@127.0.0.1/x'],
    ['DATABASE_URL', 'postgres://u:1?pass@127.0.0.1/x'],
  ])('%s=%j', (name, value) => {
    expect(faultsOf({ ...complete(), [name]: value }).names).toEqual([name]);
  });
});

describe('given secrets', () => {
  const repeated = Buffer.alloc(32, 7).toString('base64');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

  it.each([
    ['an empty list', ''],
    ['a key without version', newHashKey()],
    ['a short key', `v1:${Buffer.alloc(31, 'abcdefghijklmnopqrstuvwxyz').toString('base64')}`],
    ['zeros', `v1:${Buffer.alloc(32).toString('base64')}`],
    ['one repeated byte', `v2:${newHashKey()},v1:${repeated}`],
    ['a repeated word', `v1:${Buffer.alloc(32, 'changeme').toString('base64')}`],
    ['a version twice', `v1:${newHashKey()},v1:${newHashKey()}`],
    ['text that is not base64', 'v1:%%%%'],
  ])('TOKEN_HASH_KEYS: refuses %s', (_, value) => {
    expect(faultsOf({ ...complete(), TOKEN_HASH_KEYS: value }).names).toEqual(['TOKEN_HASH_KEYS']);
  });

  it.each([
    ['an empty text', ''],
    ['another curve', newPem('P-384')],
    ['an RSA key', rsa.toString()],
    ['what is no key', 'secret'],
  ])('JWT_PRIVATE_KEY: refuses %s', (_, value) => {
    expect(faultsOf({ ...complete(), JWT_PRIVATE_KEY: value }).names).toEqual(['JWT_PRIVATE_KEY']);
  });

  it('keeps hash keys in the order given, newest first', () => {
    const { tokens } = loadConfig({ ...complete(), TOKEN_HASH_KEYS: `v2:${newHashKey()},v1:${newHashKey()}` });
    expect(tokens.hashKeys.map(({ version }) => version)).toEqual(['v2', 'v1']);
  });

  it('takes a PEM with written-out line breaks', () => {
    const pem = newPem();
    const { sessions } = loadConfig({ ...complete(), JWT_PRIVATE_KEY: pem.replaceAll('\n', '\\n') });
    expect(sessions.jwtPrivateKey.export({ type: 'pkcs8', format: 'pem' })).toBe(pem);
  });

  it('reads each secret from a file named by <NAME>_FILE', () => {
    const directory = newDirectory();
    const inFiles = Object.entries({
      ...complete(),
      SMTP_URL: 'smtp://mail.internal',
      METRICS_TOKEN: newHashKey().slice(0, 40),
    });
    for (const [name, value] of inFiles) writeFileSync(join(directory, name), `${value}\n`);
    const config = loadConfig(Object.fromEntries(inFiles.map(([name]) => [`${name}_FILE`, join(directory, name)])));
    expect(config.database.url).toBe('postgres://latchkey:pw@db.internal/latchkey');
    expect(config.mail.smtpUrl).toBe('smtp://mail.internal');
  });

  it('refuses a secret given twice, and one whose file is missing', () => {
    const { names } = faultsOf({
      ...complete(),
      SMTP_URL: 'smtp://a',
      SMTP_URL_FILE: '/none',
      METRICS_TOKEN_FILE: '/none',
    });
    expect(names.sort()).toEqual(['METRICS_TOKEN_FILE', 'SMTP_URL']);
  });

  it.each([
    ['UTF-16', Buffer.from('\uFEFFsmtp://mail.internal', 'utf16le')],
    ['Latin-1', Buffer.from('smtp://m\u00E4il.internal', 'latin1')],
    ['NUL bytes', Buffer.from('smtp://mail.internal\0')],
  ])('refuses a secret file in %s', (_, content) => {
    const file = join(newDirectory(), 'secret');
    writeFileSync(file, content);
    expect(faultsOf({ ...complete(), SMTP_URL_FILE: file }).names).toEqual(['SMTP_URL_FILE']);
  });

  it('takes a secret file with a byte order mark and line ends of Windows', () => {
    const file = join(newDirectory(), 'secret');
    writeFileSync(file, '\uFEFFsmtp://mail.internal\r\n');
    expect(loadConfig({ ...complete(), SMTP_URL_FILE: file }).mail.smtpUrl).toBe('smtp://mail.internal');
  });
});

describe('a name of the environment', () => {
  const { DATABASE_URL: url = '', ...rest } = complete();

  it.each([
    'DATABSE_URL',
    'DATABASE_ULR',
    'DATABASEURL',
    'DATABASE_URI',
    'Database_Url',
    'DATABSE_URL_FILE',
    'DATABASE_URL_FIEL',
  ])('that is nearly DATABASE_URL stops the start while that is missing: %s', (name) => {
    const { names, message } = faultsOf({ ...rest, [name]: url });
    expect(names).toEqual([name]);
    expect(message).toMatch(/was DATABASE_URL(?:_FILE)? meant\?/);
  });

  it.each([
    ['DATABASE_URI', 'x'],
    ['LOGLEVEL', 'debug'],
    ['DATADIR', '/x'],
    ['DASHBOARD_HOST', 'x'],
    ['POST', 'x'],
    ['HOSTS', 'x'],
    ['DATABASE_USER', 'x'],
    ['DATABASE_HOST', 'x'],
    ['LATCHKEY_PORT', 'tcp://10.0.0.1:3000'],
  ])('that is anybody’s is left alone: %s', (name, value) => {
    expect(faultsOf({ ...complete(), [name]: value }).names).toEqual([]);
  });
});
