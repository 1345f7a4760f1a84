/** Starts an entry of the service: what `npm run build` made, or TypeScript as it stands. */
import { resolve } from 'node:path';

const TYPESCRIPT = new URL('../test/support/typescript.js', import.meta.url).href;
const BUILT = new URL('./preload/built.js', import.meta.url).href;

/** Arguments of `node`. */
export function commandFor(entry: string): string[] {
  return [...(isSource(entry) ? ['--import', TYPESCRIPT] : []), resolve(entry)];
}

/** Likewise for a variant, by name: of what the entry is of. Variants themselves are never built. */
export function commandForVariant(name: string, entry: string): string[] {
  const file = new URL(`./variants/${name}.ts`, import.meta.url).pathname;
  // What is registered last is asked first.
  const built = isSource(entry) ? [] : ['--import', BUILT];
  return ['--import', TYPESCRIPT, ...built, file];
}

function isSource(entry: string): boolean {
  return entry.endsWith('.ts');
}
