/** World for each test of a spec, and the comparison of a write with its allowed changes. */
import { beforeAll, beforeEach, expect } from '@jest/globals';
import { signUp } from '../actors.js';
import { startApp, type TestApp } from '../app.js';
import { dbDeleteEverybody, mirroredOrganizations, type World } from '../mirrored-organizations.js';
import { writtenBy } from '../row-changes.js';
import type { Write, Writes } from './write.js';

/** Registers the hooks; returns a getter of the running test's world. */
export function mirroredWorlds(): () => World {
  let app: TestApp;
  let passwordHash: string;
  let world: World;
  beforeAll(async () => {
    // Last uses are written after requests, at their own interval.
    app = await startApp({ env: { LAST_USED_INTERVAL_MS: '3600000', RATE_LIMIT_ENABLED: 'true' } });
    const { id } = await signUp(app);
    const [user] = await app.db<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = $1', [id]);
    passwordHash = user?.hash ?? '';
  });
  beforeEach(async () => {
    await dbDeleteEverybody(app);
    world = await mirroredOrganizations(app, passwordHash);
  });
  return () => world;
}

/** Variants in the form of `it.each`. */
export function variantsOf(writes: Writes): [string, Write][] {
  return Object.entries(writes).flatMap(([name, variants]) =>
    Object.entries(variants).map(([variant, write]): [string, Write] => [`${name}, ${variant}`, write]),
  );
}

/** Executes the write, and expects exactly its declared changes. */
export async function expectWrites(world: World, write: Write): Promise<void> {
  const { given, act, status, rows = [], events = [], mails = [], apart = [] } = write;
  await given?.(world);
  let answered: unknown;
  const written = await writtenBy(world.app, world.names, async () => {
    answered = ((await act(world)) as { status?: number } | undefined)?.status;
  });
  const expected = { rows: sorted(rows), events: sorted(events), mails: sorted(mails), apart: sorted(apart) };
  // Without an event, every row is written apart from one.
  expect({ answered, ...written, ...(events.length === 0 && { apart: [] }) }).toEqual({
    answered: status,
    ...expected,
  });
}

const sorted = (lines: readonly string[]): string[] => [...lines].sort();
