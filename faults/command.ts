/** Starts a variant of the service: its own few files as TypeScript, all else as `npm run build` made it. */

const TYPESCRIPT = new URL('../harness/typescript.js', import.meta.url).href;
const BUILT = new URL('./preload/built.js', import.meta.url).href;

/** Arguments of `node`, for the variant of this name. What is registered last is asked first. */
export function commandForVariant(name: string): string[] {
  return ['--import', TYPESCRIPT, '--import', BUILT, new URL(`./variants/${name}.ts`, import.meta.url).pathname];
}
