/**
 * Import hook for the variants: resolves their imports of sources to the output of `npm run build`, so that nothing
 * else is compiled. Node loads this file twice, like harness/typescript.js.
 */
import { register } from 'node:module';
import { URL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const VARIANTS = new URL('../variants/', import.meta.url).href;
const BUILT = new URL('../../dist/', import.meta.url).href;

if (isMainThread) register(import.meta.url);

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const isSource = /^\.\.\/\.\.\/(?:src|config)\//.test(specifier);
  if (!isSource || !context.parentURL?.startsWith(VARIANTS)) return next(specifier, context);
  return next(new URL(specifier.slice('../../'.length), BUILT).href, context);
}
