/** The walk-through of the README, run verbatim against the service as a newcomer starts it, twice in a row. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServiceProcess } from '../../support/service-process.js';

const run = promisify(execFile);

/** The one block that is marked as the walk-through. */
function walkthrough(): string {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const block = /^```sh walkthrough\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  if (block === undefined) throw new Error('the README has no walk-through');
  return block;
}

describe('the walk-through of the README', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-walkthrough-'));
  const outputs: string[] = [];
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({ DATA_DIR: dataDir });
    const env = { ...process.env, LATCHKEY: service.url, OUTBOX: join(dataDir, 'outbox') };
    for (const _ of ['a first', 'a second']) {
      outputs.push((await run('bash', ['-eu', '-c', walkthrough()], { env, timeout: 60_000 })).stdout);
    }
  }, 150_000);

  afterAll(async () => {
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has ten steps', () => {
    const steps = [...walkthrough().matchAll(/^# (\d+)\. /gm)].map(([, number]) => Number(number));

    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  describe.each([
    ['the first time', 0],
    ['the second time', 1],
  ])('%s', (_, time) => {
    const output = (): string => outputs[time] ?? '';

    it('makes the invited colleague an admin and lets the token read the members', () => {
      expect(output()).toMatch(/"role":"admin"/);
      expect(output().match(/"email":"grace@example.com"/g)?.length).toBeGreaterThan(1);
    });

    it('shows the token in the list of the organization without its secret', () => {
      expect(output()).toMatch(/"label":"Nightly build"/);
      expect(output()).not.toMatch(/lk_org_[0-9A-Za-z]{65}/);
    });

    it('meets no error before the refusal of the revoked token', () => {
      expect(output()).not.toMatch(/"code":"/);
      expect(output().trim().split('\n').at(-1)).toMatch(/401$/);
    });
  });
});
