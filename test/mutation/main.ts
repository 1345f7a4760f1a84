/**
 * `npm run mutation`: Stryker, with one PostgreSQL for the whole run. A server that a test runner under Stryker had
 * started would leave its files behind, because Stryker ends whoever hangs, and all they have started, by SIGKILL.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import startPostgres from '../support/global-setup.js';
import stopPostgres from '../support/global-teardown.js';
import { judge } from './scores.js';

/** After that a sample begins nothing new. CI waits for it. */
const SAMPLE_SECONDS = 75;

const options = {
  sample: { type: 'string' },
  'per-part': { type: 'string' },
  seed: { type: 'string' },
  seconds: { type: 'string' },
} as const;
const { values, tokens } = parseArgs({ options, strict: false, tokens: true });
const own = new Set(tokens.filter((token) => token.kind === 'option' && token.name in options).flatMap(indexesOf));
const handedOn = process.argv.slice(2).filter((_argument, index) => !own.has(index));
const isSample = typeof values.sample === 'string';
process.env.LATCHKEY_MUTATION_SEED =
  typeof values.seed === 'string'
    ? values.seed
    : execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
const perPart = values['per-part'];
if (typeof perPart === 'string') process.env.LATCHKEY_MUTATION_PER_PART = perPart;
const extent = isSample ? 'sample' : typeof perPart === 'string' ? 'per part' : 'whole';
if (isSample) {
  const seed = process.env.LATCHKEY_MUTATION_SEED;
  const seconds = typeof values.seconds === 'string' ? Number(values.seconds) : SAMPLE_SECONDS;
  Object.assign(process.env, {
    LATCHKEY_MUTATION_SAMPLE: values.sample,
    LATCHKEY_MUTATION_UNTIL: String(Date.now() + seconds * 1_000),
  });
  console.log(
    `Up to ${values.sample} mutants in ${String(seconds)} s; the same again: --sample ${values.sample} --seed ${seed}`,
  );
}

await startPostgres({ rootDir: process.cwd() });
// npm puts its commands into the path. Ctrl-C reaches Stryker as well, which then says what it has found out.
process.on('SIGINT', () => undefined);
const stryker = spawn('stryker', ['run', ...handedOn], { stdio: 'inherit' });
process.on('SIGTERM', () => stryker.kill());
try {
  const [exitCode] = (await once(stryker, 'exit')) as [number | null];
  process.exitCode = exitCode ?? 1;
  if (exitCode === 0 && !judge('coverage/mutation.json', extent)) process.exitCode = 1;
} finally {
  await stopPostgres();
}

function indexesOf(token: { index: number; inlineValue?: boolean | undefined }): number[] {
  return token.inlineValue ? [token.index] : [token.index, token.index + 1];
}
