/**
 * Jest's environment of a worker: one context of node:vm for all of its spec files, so that they can share the packages
 * that runtime.js loads once. `instanceof Error` or `Date` would fail between packages and specs of different contexts.
 *
 * Each spec file gets the global object as it was made, and a `process` of its own with the worker's environment
 * variables. What a spec changes inside the language's own objects (`Array.prototype`, `Reflect`) stays, so none may.
 */
import { SourceTextModule } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { installCommonGlobals } from 'jest-util';

/** False on a Node.js on which Jest 30 links ES modules in a way that runtime.js does not reach: there nothing is shared. */
export const isSharing = !('hasAsyncGraph' in SourceTextModule.prototype);

/** @type {SharedEnvironment | undefined} */
let shared;

// Jest takes an environment as a default export only.
export default class SharedEnvironment extends TestEnvironment {
  /** @type {Map<PropertyKey, PropertyDescriptor>} */
  asMade = new Map();

  /** @param {ConstructorParameters<typeof TestEnvironment>} args */
  constructor(...args) {
    if (shared) return shared.renewed();
    super(...args);
    for (const [key, property] of propertiesOf(this.global)) this.asMade.set(key, property);
    if (isSharing) share(this);
  }

  renewed() {
    const { process } = installCommonGlobals(/** @type {any} */ ({ Symbol, Date }), {});
    return Object.assign(this, { global: Object.assign(this.global, { process }) });
  }

  /** @override */
  async teardown() {
    if (!isSharing) return super.teardown();
    this.fakeTimers?.useRealTimers();
    this.fakeTimersModern?.useRealTimers();
    for (const [key] of propertiesOf(this.global)) if (!this.asMade.has(key)) Reflect.deleteProperty(this.global, key);
    for (const [key, property] of this.asMade) Reflect.defineProperty(this.global, key, property);
    // It keeps each deleted value for the end of the context.
    /** @type {any} */ (this)._globalProxy.leftovers = [];
  }
}

/** @param {SharedEnvironment} environment */
function share(environment) {
  shared = environment;
}

/**
 * @param {object} object
 * @returns {[PropertyKey, PropertyDescriptor][]}
 */
function propertiesOf(object) {
  return Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key) ?? {}]);
}
