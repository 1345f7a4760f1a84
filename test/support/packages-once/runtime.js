/**
 * Jest's runtime of a spec file. It loads the repository's own modules anew for each file, as Jest does, and the packages
 * of node_modules once for a worker: evaluating Nest, TypeORM and the rest took two thirds of a short spec file's time.
 *
 * A second runtime, which is never torn down, holds the packages: whatever they import later is found by it, and what a
 * spec mocks is not seen by them. A spec cannot mock a package. Never shared are Jest's own packages and `UNSHARED`.
 *
 * `esmLoader` and `_resolution` are no interface of Jest. After an update of Jest run
 * test/unit/support/packages-once.spec.ts; without the lines `runtime` and `testEnvironment` of jest.config.js every spec
 * passes too, and takes longer.
 */
import jestRuntime from 'jest-runtime';
import { isSharing } from './environment.js';

/** Its types are those of the CommonJS build. */
const Runtime = /** @type {typeof jestRuntime.default} */ (/** @type {unknown} */ (jestRuntime));

/** @typedef {InstanceType<typeof Runtime>} AnyRuntime */

/** Its list of entities (`autoLoadEntities`) would grow by those of each spec file. */
const UNSHARED = ['@nestjs/typeorm/'];

const PACKAGE = new RegExp(`/node_modules/(?!@jest/|jest-|expect/|${UNSHARED.join('|')})`);

/**
 * @typedef {object} Loader What is used here of Jest's EsmLoader.
 * @property {(specifier: string, from: string, context: object) => Promise<object>} resolveModule
 * @property {(module: object) => Promise<object>} linkAndEvaluateModule
 */

/** @type {Packages | undefined} */
let packages;

// Jest takes a runtime as a default export only.
export default class PackagesOnceRuntime extends Runtime {
  /** @param {ConstructorParameters<typeof Runtime>} args */
  constructor(...args) {
    super(...args);
    if (!isSharing) return;
    const shared = (packages ??= new Packages(new Runtime(...args)));
    const loader = loaderOf(this);
    const resolveOwn = loader.resolveModule.bind(loader);
    loader.resolveModule = async (specifier, from, context) =>
      mayBePackage(specifier) && PACKAGE.test(await resolutionOf(this).resolveEsmAsync(from, specifier))
        ? shared.import(specifier, from, context)
        : resolveOwn(specifier, from, context);
  }

  /**
   * @override
   * @template Module
   * @param {string} from
   * @param {string} [name]
   * @param {Parameters<AnyRuntime['requireModule']>[2]} [options]
   * @param {boolean} [isActual]
   * @returns {Module}
   */
  requireModule(from, name, options, isActual) {
    const shared = packages?.runtime;
    const isAsked = shared && name !== undefined && options?.isInternalModule !== true && mayBePackage(name);
    return isAsked && PACKAGE.test(resolutionOf(this).resolveCjs(from, name))
      ? shared.requireModule(from, name)
      : super.requireModule(from, name, options, isActual);
  }

  /** @override */
  teardown() {
    packages?.forget();
    super.teardown();
  }
}

class Packages {
  /** @type {Promise<unknown>} */
  last = Promise.resolve();

  /** @param {AnyRuntime} runtime */
  constructor(runtime) {
    this.runtime = runtime;
  }

  /**
   * One after the other, because a module that another import has begun to link or evaluate is not ready.
   * @param {string} specifier
   * @param {string} from
   * @param {object} context
   * @returns {Promise<object>} evaluated
   */
  import(specifier, from, context) {
    const loader = loaderOf(this.runtime);
    const imported = this.last.then(async () =>
      loader.linkAndEvaluateModule(await loader.resolveModule(specifier, from, context)),
    );
    this.last = imported.catch(() => undefined);
    return imported;
  }

  /** Nest logs to what the last application has set, in every instance of its `Logger`. */
  forget() {
    for (const [url, module] of /** @type {any} */ (this.runtime).registries.esModuleRegistry) {
      if (!url.endsWith('/@nestjs/common/index.js') || module.status !== 'evaluated') continue;
      const { Logger, ConsoleLogger } = module.namespace;
      Logger.overrideLogger(new ConsoleLogger());
    }
  }
}

/** @param {string} specifier */
function mayBePackage(specifier) {
  return !/^(\.|data:|node:|@jest\/globals$)/.test(specifier);
}

/** @param {unknown} runtime @returns {Loader} */
function loaderOf(runtime) {
  return /** @type {any} */ (runtime).esmLoader;
}

/** @param {unknown} runtime @returns {{ resolveEsmAsync: Function, resolveCjs: Function }} */
function resolutionOf(runtime) {
  return /** @type {any} */ (runtime)._resolution;
}
