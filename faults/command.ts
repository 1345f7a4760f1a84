/** Command that starts a variant of the service: its own few files as TypeScript, all others from `npm run build`. */

const TYPESCRIPT = new URL('../harness/typescript.js', import.meta.url).href;
const BUILT = new URL('./preload/built.js', import.meta.url).href;

/** Returns the arguments of `node` for the variant. Node asks the hook registered last first. */
export function commandForVariant(name: string): string[] {
  return ['--import', TYPESCRIPT, '--import', BUILT, new URL(`./variants/${name}.ts`, import.meta.url).pathname];
}
