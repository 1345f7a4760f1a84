/** What documents and comments name exists: files, folders, links with their headings, npm scripts, variables. */
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { faultOfDotenvName } from '../../../config/known-names.js';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
/** The changelog tells of the past. */
const documents = tracked.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');
const sources = tracked.filter((file) => /\.(ts|js|cjs)$/.test(file));
const folders = new Set(tracked.flatMap(foldersOf));
const names = new Set(tracked.map((file) => basename(file)));

const texts = [
  ...documents.map((file) => ({ file, text: read(file) })),
  ...sources.map((file) => ({ file, text: commentsOf(read(file)) })),
];

describe('documents and comments', () => {
  it('name files and folders of this repository', () => {
    const paths = /(?<![\w/.@-])((?:src|test|docs|config|migrations|harness|faults|bench)\/[\w./-]*\w)/g;
    expect(mentions(paths).length).toBeGreaterThan(100);
    expect(mentions(paths).filter(({ name }) => !isPath(name))).toEqual([]);
  });

  it('name source files by names that exist', () => {
    const files = /(?<![\w/.*}-])([\w-][\w.-]*\.(?:ts|cjs))(?![\w-])/g;
    expect(mentions(files).length).toBeGreaterThan(50);
    expect(mentions(files).filter(({ name }) => !names.has(name) && name !== 'file.ts')).toEqual([]);
  });

  it('name npm scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = mentions(/npm run (?:-\S+ )?([\w:]*[\w*])/g);
    expect(named.length).toBeGreaterThan(20);
    const exists = (name: string) =>
      name in scripts ||
      (name.endsWith('*') && Object.keys(scripts).some((each) => each.startsWith(name.slice(0, -1))));
    expect(named.filter(({ name }) => !exists(name))).toEqual([]);
  });

  it('link to files and headings that exist', () => {
    const links = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => ({ file, target })),
    );
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(({ file, target }) => !leadsSomewhere(file, target))).toEqual([]);
  });

  it('explain variables that the service reads', () => {
    const manual = ['README.md', 'docs/operations.md', 'docs/sessions.md'];
    const prefixes = /^(RATE_LIMIT|MAIL|SMTP|TOKEN|LEDGER|JWT|DATABASE|PASSWORD|METRICS|SESSION|REFRESH)_/;
    const named = manual.flatMap((file) =>
      [...read(file).matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map(([, name = '']) => name),
    );
    const isKnown = (name: string) => faultOfDotenvName(name) === null;
    expect(named.filter(isKnown).length).toBeGreaterThan(50);
    expect(named.filter((name) => prefixes.test(name) && !isKnown(name))).toEqual([]);
  });
});

function mentions(pattern: RegExp): { file: string; name: string }[] {
  return texts.flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([, name = '']) => ({ file, name })));
}

/** `test/api/mail` is a folder, `src/platform/database/authority-triggers` a way to say the files of that name. */
function isPath(path: string): boolean {
  return folders.has(path) || tracked.some((file) => file === path || file.startsWith(path));
}

function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!tracked.includes(file) && !folders.has(file.replace(/\/$/, ''))) return false;
  return heading === undefined || headingsOf(read(file)).includes(heading);
}

/** The anchors that GitHub gives to headings. */
function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function commentsOf(source: string): string {
  return [...source.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm)].map(([comment]) => comment).join('\n');
}

function foldersOf(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
