/** The order of rooms: one list in .dependency-cruiser.cjs, the same in docs/architecture.md, and enforced. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

interface Rule {
  readonly name: string;
  readonly to: { readonly path: string[] };
}

const CONFIG = resolve('.dependency-cruiser.cjs');
const { forbidden } = createRequire(CONFIG)(CONFIG) as { forbidden: readonly Rule[] };

/** The whole list is in its first rule: the room itself, and all that stand below it. */
function listThatBeginsWith(room: string): string[] {
  const rule = forbidden.find(({ name }) => name === `order: ${room}`);
  if (!rule) throw new Error(`no rule for ${room}`);
  return [room, ...rule.to.path.map((path) => path.slice(1).replaceAll('\\.', '.'))];
}

const ROOMS = listThatBeginsWith('migrations/');
const LISTS = [ROOMS, listThatBeginsWith('src/platform/errors/'), listThatBeginsWith('src/auth/authorization/')];

describe('the order of rooms', () => {
  it('is the same in the documentation', () => {
    const page = readFileSync('docs/architecture.md', 'utf8');
    const documented = [...page.matchAll(/^\| `((?:migrations|config|src)\/[^`]*)` +\|/gm)].map(([, room]) => room);
    expect(documented).toEqual(LISTS.flat());
  });

  it('has a place for each source file', () => {
    const files = execFileSync('git', ['ls-files', 'src', 'config', 'migrations'], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const homeless = LISTS.map((rooms, index) =>
      files
        .filter((file) => index === 0 || /^src\/(platform|auth)\/[^/]+\//.test(file))
        .filter((file) => index === 0 || file.startsWith(dirname(rooms[0] ?? '').replace(/\/$/, '')))
        .filter((file) => file.endsWith('.ts') && !rooms.some((room) => file.startsWith(room))),
    );
    expect(homeless.flat()).toEqual([]);
  });
});

describe('npm run arrows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-arrows-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function violationsOf(name: string, files: Readonly<Record<string, string>>): string {
    const root = join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) cpSync(file, join(root, file));
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    const depcruise = resolve('node_modules/.bin/depcruise');
    return spawnSync(depcruise, ['--config', '.dependency-cruiser.cjs', 'src'], { cwd: root, encoding: 'utf8' }).stdout;
  }

  it('refuses two rooms that import each other, though no two files do', () => {
    const output = violationsOf('ring', {
      'src/audit/a.ts': "import { d } from '../compat/d.js';\nexport const a = d;\n",
      'src/audit/b.ts': 'export const b = 1;\n',
      'src/compat/c.ts': "import { b } from '../audit/b.js';\nexport const c = b;\n",
      'src/compat/d.ts': 'export const d = 1;\n',
    });
    expect(output).toContain('order: src/audit/: src/audit/a.ts → src/compat/d.ts');
    expect(output.match(/error /g)).toHaveLength(1);
  });

  it('refuses an import from a folder further down in the platform', () => {
    const output = violationsOf('platform', {
      'src/platform/queue/a.ts': "import { b } from '../http/b.js';\nexport const a = b;\n",
      'src/platform/http/b.ts': 'export const b = 1;\n',
    });
    expect(output).toContain('order: src/platform/queue/: src/platform/queue/a.ts → src/platform/http/b.ts');
  });
});
