import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseDotenv } from '../../../config/dotenv.js';
import { faultOfDotenvName } from '../../../config/known-names.js';
import { variables } from '../../../config/variables.js';

function valuesOf(text: string): Record<string, string> {
  const { values, faults } = parseDotenv(text);
  expect(faults).toEqual([]);
  return Object.fromEntries(values);
}

describe('a .env file', () => {
  it.each([
    ['plain values', 'A=1\nB = two words \n', { A: '1', B: 'two words' }],
    ['comments and blank lines', '# A=1\n\n  # x\nB=2 # two\nC= # none\n', { B: '2', C: '' }],
    ['quotes of three kinds', 'A="x # y"\nB=\'"z"\' # c\nC=`it\'s`', { A: 'x # y', B: '"z"', C: "it's" }],
    ['values over several lines', "A='one\ntwo\n'\nB=3", { A: 'one\ntwo\n', B: '3' }],
    ['written-out line breaks in double quotes only', `A="x\\ny"\nB='x\\ny'`, { A: 'x\ny', B: 'x\\ny' }],
    ['export', 'export A=1', { A: '1' }],
    ['a $ that means itself', "A='$x'\nB=5$\nC=`${x}`", { A: '$x', B: '5$', C: '${x}' }],
    ['line ends of Windows', 'A=1\r\nB="2"\r\n', { A: '1', B: '2' }],
    ['an equals sign in a value', 'A=v1:abc==', { A: 'v1:abc==' }],
    ['no end of the last line', 'A=', { A: '' }],
  ])('has %s', (_, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it.each([
    ['a line without =', 'A=1\nDATABASE_URL postgres://canary\n', '.env, line 2: '],
    ['a colon for the =', 'PORT: 3000', '.env, line 1: '],
    ['a name that is none', '1A=canary', '.env, line 1: '],
    ['a byte order mark in the middle', 'A=1\n\uFEFFB=canary', '.env, line 2: '],
    ['a # that some take for a comment', 'A=canary#canary', '.env, line 1: A holds a #'],
    ['a variable that some fill in', 'A=postgres://u:${CANARY}@canary', '.env, line 1: A holds a # or a $'],
    ['a variable in double quotes', 'A="canary$B"', '.env, line 1: the quotes around A '],
    ['quotes that never close', 'A=1\nB="canary\nC=2\n', '.env, line 2: the quotes around B '],
    ['quotes inside quotes', 'A="can\\"ary"', '.env, line 1: the quotes around A '],
    ['text behind quotes', 'A="canary" canary', '.env, line 1: the quotes around A '],
    ['a name twice', 'A=1\nB=2\nA=3', 'A is set twice in .env (lines 1 and 3)'],
  ])('is at fault for %s, without repeating a value', (_, text, fault) => {
    const { faults } = parseDotenv(text);
    expect(faults[0]).toContain(fault);
    expect(faults.join()).not.toContain('canary');
  });
});

describe('a name in .env', () => {
  it.each([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['TOKEN_HASH_KEY', 'TOKEN_HASH_KEYS'],
    ['JWT_PRIVATE_KEY_FIEL', 'JWT_PRIVATE_KEY_FILE'],
    ['PROT', 'PORT'],
    ['RATE_LIMIT_SIGNIN', 'RATE_LIMIT_SIGN_IN'],
    ['POSTGRES_PASWORD', 'POSTGRES_PASSWORD'],
  ])('%s is refused, and %s suggested', (name, meant) => {
    expect(faultOfDotenvName(name)).toBe(`${name} in .env is no variable of this service; was ${meant} meant?`);
  });

  it.each(['SOMETHING_ELSE', 'X', 'constructor', '__proto__'])('%s is refused without a suggestion', (name) => {
    expect(faultOfDotenvName(name)).toBe(`${name} in .env is no variable of this service`);
  });

  it('that Node.js has read already is refused with the reason', () => {
    expect(faultOfDotenvName('NODE_EXTRA_CA_CERTS')).toMatch(/too late .* environment of the process/);
  });

  it('reaches the service in its container, too, unless the container decides', () => {
    const compose = readFileSync('docker-compose.yml', 'utf8');
    const passed = [...compose.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name);
    const decided = ['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR', 'DASHBOARD_PORT'];
    const lost = Object.keys(variables.shape).filter((name) => !passed.includes(name) && !decided.includes(name));
    expect(lost).toEqual([]);
  });

  it('may be one that docker-compose.yml, Compose or npm reads', () => {
    const compose = readFileSync('docker-compose.yml', 'utf8');
    const names = [...compose.matchAll(/\$\{([A-Z_]+)|echo "([A-Z_]+)=/g)].map(([, used, made]) => used ?? made ?? '');
    expect(names).toContain('POSTGRES_PASSWORD');
    const others = ['COMPOSE_PROJECT_NAME', 'TZ', 'NODE_OPTIONS', 'npm_config_loglevel', 'PGSSLMODE'];
    expect([...names, ...others].map(faultOfDotenvName).filter((fault) => fault !== null)).toEqual([]);
  });
});
