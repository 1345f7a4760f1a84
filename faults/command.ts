/** Starts an entry of the service: what `npm run build` made, or TypeScript as it stands. */
import { resolve } from 'node:path';

const TYPESCRIPT = new URL('../test/support/typescript.js', import.meta.url).href;

/** Arguments of `node`. */
export function commandFor(entry: string): string[] {
  return [...(entry.endsWith('.ts') ? ['--import', TYPESCRIPT] : []), resolve(entry)];
}
