/**
 * What a service with nothing configured shows to others: to the network, to other users of its machine, and to the
 * reader of its output when it crashes. One team of processes on its embedded database answers for all of it.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { clusterOf, usedDataDir } from '../../support/embedded-process.js';
import { ServiceProcess } from '../../support/service-process.js';
import { until } from '../../support/until.js';

jest.setTimeout(180_000);

/** A worker that ended is replaced after a pause. */
const PATIENCE_MS = 90_000;
const MAIL_PASSWORD = 'canary-mail-password-27';
const QUOTED = 'canary-quoted-4417';

/** As a bug would end a process: with what PostgreSQL and the ORM hang on an error. */
const CRASHES = `
  const error = (what) => Object.assign(new Error(what + ': Key (email)=(${QUOTED}) already exists.'), {
    code: '23505', detail: 'Key (email)=(${QUOTED}) already exists.', parameters: ['${QUOTED}'],
    query: "INSERT '${QUOTED}'", input: 'postgres://u:${QUOTED}@db/x', driverError: { detail: '${QUOTED}' } });
  process.on('SIGUSR2', () => { throw error('thrown-by-nobody'); });
  process.on('SIGWINCH', () => void Promise.reject(error('rejected-by-nobody')));`;

let service: ServiceProcess;
let dataDir: string;

// The directory is removed behind the last describe block, when the service has been stopped.
describe('a service with nothing configured', () => {
  beforeAll(async () => {
    dataDir = await usedDataDir();
    writeFileSync(join(dataDir, 'crashes.mjs'), CRASHES, { mode: 0o600 });
    const env = {
      DATA_DIR: dataDir,
      SMTP_URL: `smtp://mailer:${MAIL_PASSWORD}@127.0.0.1:9`,
      NODE_OPTIONS: `--import=${join(dataDir, 'crashes.mjs')}`,
    };
    service = await ServiceProcess.start(env, '--workers', '2');
    // One that ends before all are ready ends them all.
    await until(() => readyWorkers() === 2, PATIENCE_MS);
  });

  afterAll(async () => {
    await service.stop();
  });

  describe('the network', () => {
    it('reaches neither the service nor its database but from this machine', () => {
      const addresses = listeningAddresses(processes());
      const own = (port: string): string[] => addresses.filter((each) => each.endsWith(`:${port}`));
      expect(own(new URL(service.url).port)).not.toEqual([]);
      expect(own(databaseUrl().port)).toEqual([`127.0.0.1:${databaseUrl().port}`]);
      expect(addresses.filter((address) => !/^(?:127\.0\.0\.1|::1):/.test(address))).toEqual([]);
    });

    it.each(['/metrics', '/metrics/', '/metrics?token='])(
      'gets nothing of the metrics at %s without their token',
      async (path) => {
        const text = await (await fetch(service.url + path)).text();
        expect(text).toContain('"not_found"');
        expect(text).not.toContain('latchkey_');
      },
    );

    it('learns from readiness that there is some, and nothing else', async () => {
      expect(await (await fetch(`${service.url}/readyz`)).text()).toBe('{"status":"ok"}');
    });
  });

  describe('the embedded database', () => {
    it.each([
      ['fsync', 'on'],
      ['synchronous_commit', 'on'],
      ['full_page_writes', 'on'],
      ['listen_addresses', '127.0.0.1'],
      ['password_encryption', 'scram-sha-256'],
      ['log_min_error_statement', 'panic'],
      ['log_error_verbosity', 'terse'],
      ['log_statement', 'none'],
      ['log_min_duration_statement', '-1'],
      ['log_parameter_max_length_on_error', '0'],
    ])('runs with %s = %j', async (name, value) => {
      const [row] = await dbQuery(databaseUrl(), `SELECT current_setting('${name}') AS setting`);
      expect(row).toEqual({ setting: value });
    });

    it('lets nobody in without a password, and nobody by a socket', async () => {
      const without = databaseUrl();
      without.password = '';
      await expect(dbQuery(without, 'SELECT 1')).rejects.toThrow(/password/);
      expect(readFileSync('/proc/net/unix', 'utf8')).not.toContain(`.s.PGSQL.${without.port}`);
      const rules = readFileSync(join(clusterOf(dataDir), 'pg_hba.conf'), 'utf8').split('\n');
      const methods = rules.filter((rule) => /^\s*(?:local|host)/.test(rule)).map((rule) => rule.trim().split(/\s+/));
      expect(methods.length).toBeGreaterThan(1);
      for (const rule of methods) expect(rule.at(-1)).toBe(rule[0] === 'local' ? 'reject' : 'scram-sha-256');
    });
  });

  describe('other users of the machine', () => {
    it('can open nothing below the data directory', () => {
      const open: string[] = [];
      let seen = 0;
      for (const path of below(dataDir)) {
        seen += 1;
        const { mode } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0 };
        if ((mode & 0o077) !== 0) open.push(`${path} ${(mode & 0o777).toString(8)}`);
      }
      expect(open).toEqual([]);
      expect(seen).toBeGreaterThan(100);
      expect(readdirSync(join(dataDir, 'secrets')).length).toBeGreaterThan(2);
    });

    it('see no secret among the arguments of a process, nor does the database inherit any', () => {
      const secrets = secretsOf(dataDir);
      expect(secrets.length).toBeGreaterThan(4);
      const all = processes();
      const servers = all.filter((pid) => argumentsOf(pid).includes('postgres'));
      expect([all.length > 4, servers.length > 1]).toEqual([true, true]);
      const shown = all.map(argumentsOf).join('\n');
      const inherited = servers.map((pid) => readOrNothing(`/proc/${pid}/environ`)).join('\n');
      expect(shown).toContain('main.js');
      expect(inherited).toContain('LC_ALL=C');
      for (const secret of secrets) {
        expect({ shown: shown.includes(secret), inherited: inherited.includes(secret) }).toEqual({
          shown: false,
          inherited: false,
        });
      }
      expect(inherited).not.toMatch(/SMTP_URL|NODE_OPTIONS|DATA_DIR/);
    });
  });

  describe('who reads the output', () => {
    it.each([
      ['SIGUSR2', 'thrown-by-nobody'],
      ['SIGWINCH', 'rejected-by-nobody'],
    ] as const)(
      'of a process that %s ends learns what happened, and nothing that was quoted',
      async (signal, words) => {
        const ready = readyWorkers();
        const [worker = ''] = workers();
        process.kill(Number(worker), signal);
        await until(() => service.output.includes(words) && !processes().includes(worker), PATIENCE_MS);
        expect(service.output).toMatch(new RegExp(`"code":"23505".*at `));
        expect(service.output).not.toContain(QUOTED);
        // Replaced, for the tests after this one.
        await until(() => readyWorkers() > ready, PATIENCE_MS);
      },
    );

    it('learns no secret at all', () => {
      expect(service.output).toContain('Latchkey is ready');
      for (const secret of secretsOf(dataDir)) expect(service.output).not.toContain(secret);
    });
  });
});

function databaseUrl(): URL {
  return new URL(readFileSync(join(dataDir, 'postgres', 'url'), 'utf8').trim());
}

async function dbQuery(url: URL, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Every secret that the start made, and the one that it was given. */
function secretsOf(directory: string): string[] {
  const files = readdirSync(join(directory, 'secrets')).map((name) => join(directory, 'secrets', name));
  const texts = [...files, join(directory, 'postgres', 'password')].map((file) => readFileSync(file, 'utf8').trim());
  const parts = texts.map((text) => text.split('\n').find((line) => !line.startsWith('-----')) ?? '');
  return [...parts.map((part) => part.replace(/^v\d+:/, '')), MAIL_PASSWORD];
}

function below(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  return [directory, ...entries.map((entry) => join(entry.parentPath, entry.name))];
}

/** How many have become ready since the start. */
function readyWorkers(): number {
  return service.output.match(/Latchkey is ready/g)?.length ?? 0;
}

/** The service's processes and theirs, as ids. */
function processes(): string[] {
  const parents = new Map(readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? [[pid, parentOf(pid)]] : [])));
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && pid !== '0' && (pid === String(service.pid) || isOurs(parents.get(pid)));
  return [...parents.keys()].filter((pid) => isOurs(pid));
}

function workers(): string[] {
  return processes().filter((pid) => parentOf(pid) === String(service.pid) && argumentsOf(pid).includes('main.js'));
}

function parentOf(pid: string): string | undefined {
  return /^PPid:\s+(\d+)$/m.exec(readOrNothing(`/proc/${pid}/status`))?.[1];
}

function argumentsOf(pid: string): string {
  return readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Where these processes take TCP connections, such as `127.0.0.1:3000`. */
function listeningAddresses(pids: readonly string[]): string[] {
  const sockets = new Set(pids.flatMap(descriptorsOf));
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readOrNothing(file)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && sockets.has(`socket:[${String(fields[9])}]`))
      .map(([, local = '']) => addressOf(local)),
  );
}

function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}

/** The kernel writes addresses as words of the machine's byte order. */
function addressOf(local: string): string {
  const [words = '', port = ''] = local.split(':');
  const decimal = String(Number.parseInt(port, 16));
  if (words === '00000000000000000000000001000000') return `::1:${decimal}`;
  if (words.length > 8) return `[${words}]:${decimal}`;
  const bytes = (words.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16));
  return `${bytes.join('.')}:${decimal}`;
}
