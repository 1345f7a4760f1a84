import { existsSync } from 'node:fs';

/** The process's environment, completed from `.env` in the working directory; what is set already wins. */
export function processEnv(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
