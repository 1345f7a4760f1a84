/** `npm start -- --workers N`: several processes on one port, none of which accepts what another has revoked. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../../support/service-process.js';
import { until } from '../../support/until.js';

const METRICS_TOKEN = 'k9vQ2mX7tR4wZ1nB8cL5yH3dF6gJ0sPa';

describe('two workers on one port', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-workers-'));
  let service: ServiceProcess;
  let session: string;
  let tokens: string;

  async function call(method: string, path: string, credential?: string, body?: object): Promise<Response> {
    const headers = {
      connection: 'close',
      'content-type': 'application/json',
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
    };
    return fetch(`${service.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  /** `null` when the worker that has the connection does not answer. */
  async function metrics(signal: AbortSignal): Promise<string | null> {
    const headers = { connection: 'close', authorization: `Bearer ${METRICS_TOKEN}` };
    const response = await fetch(`${service.url}/metrics`, { headers, signal }).catch(() => null);
    return response === null ? null : response.text();
  }

  async function counted(): Promise<number> {
    return countOf((await metrics(AbortSignal.timeout(10_000))) ?? '');
  }

  function workerPids(): number[] {
    const listing = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(service.pid)], { encoding: 'utf8' });
    const lines = listing.split('\n').filter((line) => line.includes('main.js'));
    return lines.map((line) => Number.parseInt(line, 10));
  }

  /** The first start makes the database, whose person, session and organization are there again after another one. */
  async function start(): Promise<void> {
    const env = { DATA_DIR: dataDir, NODE_ENV: 'test', PASSWORD_BCRYPT_COST: '4', METRICS_TOKEN };
    service = await ServiceProcess.start(env, '--workers', '2');
    await until(() => starts() === 2);
  }

  /** How often a worker has said that it is ready. */
  function starts(): number {
    return service.output.match(/Latchkey is ready/g)?.length ?? 0;
  }

  beforeAll(async () => {
    await start();
    const person = { email: 'w@example.test', name: 'W', password: 'a long enough pass phrase' };
    await call('POST', '/api/v1/auth/register', undefined, person);
    const login = await call('POST', '/api/v1/auth/login', undefined, {
      email: person.email,
      password: person.password,
    });
    session = ((await login.json()) as { accessToken: string }).accessToken;
    const founded = await call('POST', '/api/v1/organizations', session, { name: 'W' });
    tokens = `/api/v1/organizations/${((await founded.json()) as { id: string }).id}/tokens`;
  });

  afterAll(async () => {
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('accept a new token at once and refuse a revoked one at once, ten times over', async () => {
    for (let round = 0; round < 10; round += 1) {
      const issuing = await call('POST', tokens, session, { label: 'x', scopes: ['tokens:read'], expiresAt: null });
      const { secret, token } = (await issuing.json()) as { secret: string; token: { id: string } };
      const probe = async (): Promise<number[]> =>
        Promise.all(Array.from({ length: 6 }, async () => (await call('GET', tokens, secret)).status));

      expect(await probe()).toEqual([200, 200, 200, 200, 200, 200]);
      expect((await call('DELETE', `${tokens}/${token.id}`, session)).status).toBe(204);
      expect(await probe()).toEqual([401, 401, 401, 401, 401, 401]);
    }
  });

  it('count as one at /metrics, whichever is asked, and go on when one of them hangs', async () => {
    const [before] = [await counted()];
    for (let round = 0; round < 10; round += 1) await call('GET', '/healthz');
    const answers = [await counted(), await counted(), await counted(), await counted()];
    expect(answers).toEqual([before + 10, before + 10, before + 10, before + 10]);

    const [first = 0] = workerPids();
    process.kill(first, 'SIGSTOP');
    const hanging = await Promise.all(Array.from({ length: 4 }, () => metrics(AbortSignal.timeout(3_000))));
    process.kill(first, 'SIGCONT');
    const answered = hanging.filter((text) => text !== null);
    expect(answered.length).toBeGreaterThan(0);
    for (const text of answered) expect(text).toContain('latchkey_workers{state="silent"} 1');
    expect(answered.map(countOf)).toEqual(answered.map(() => before + 10));
  });

  it('are replaced when one of them is killed, and what it counted stays', async () => {
    const [before, startsBefore] = [await counted(), starts()];
    const [first = 0] = workerPids();
    process.kill(first, 'SIGKILL');

    await until(() => starts() > startsBefore);
    expect(workerPids()).toHaveLength(2);
    expect((await call('GET', tokens, session)).status).toBe(200);
    expect(await counted()).toBe(before);
  });

  it('end with their leader, in order', async () => {
    const pids = workerPids();

    expect(await service.stop()).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    await start();
  });
});

/** Answers to `GET /healthz`, which nobody but the test asks. */
function countOf(text: string): number {
  return Number(/http_requests_total\{method="GET",route="\/healthz",status="2xx"\} (\d+)/.exec(text)?.[1] ?? 0);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
