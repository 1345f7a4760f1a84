/**
 * The arguments of `npm start -- …`. Settings are environment variables; only the number of processes is an argument.
 */
import { parseArgs } from 'node:util';

const MAX_WORKERS = 256;

export const USAGE = `Usage: npm start -- [--workers N]

Starts Latchkey, on an embedded PostgreSQL unless DATABASE_URL names another one.

  --workers N    serve one port with N processes, 1 to ${String(MAX_WORKERS)}; 1 by default
  --help         show this text and exit
  --version      show the version and exit

Environment variables, also from a file .env, hold all other settings; .env.example lists them.
docs/operations.md describes how to run the service.`;

export type CommandLine =
  { readonly action: 'help' } | { readonly action: 'version' } | { readonly action: 'serve'; readonly workers: number };

/** Throws on an unknown argument, and on a number of workers that is not a whole number from 1 to 256. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      workers: { type: 'string', default: '1' },
    },
  });
  if (values.help) return { action: 'help' };
  if (values.version) return { action: 'version' };
  const workers = /^\d+$/.test(values.workers) ? Number(values.workers) : 0;
  if (workers >= 1 && workers <= MAX_WORKERS) return { action: 'serve', workers };
  throw new Error(`--workers takes a whole number from 1 to ${String(MAX_WORKERS)}`);
}
