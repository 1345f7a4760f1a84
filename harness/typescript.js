/**
 * `node --import ./harness/typescript.js file.ts` runs TypeScript outside Jest, compiled as .swcrc configures. Node
 * loads this file twice: in the main thread, where it registers itself, and in the thread of the hooks.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from '@swc/core';

if (isMainThread) register(import.meta.url);

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (!context.parentURL?.endsWith('.ts') || !specifier.startsWith('.')) return next(specifier, context);
  try {
    return await next(specifier.replace(/\.js$/, '.ts'), context);
  } catch (error) {
    // A few shared tools are JavaScript.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(specifier, context);
  }
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { filename, module: { type: 'es6' } });
  return { format: 'module', source: code, shortCircuit: true };
}
