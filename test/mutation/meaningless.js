/** Mutants that no spec should have to kill: see stryker.config.js. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const LOGGERS = new Set(['warn', 'error', 'log', 'debug']);

// Babel's types are no dependency of ours, so its paths are `any`.
/** @type {import('@stryker-mutator/api/ignore').Ignorer} */
const meaningless = {
  shouldIgnore(/** @type {any} */ path) {
    if (path.isDecorator()) return 'A decorator is wiring.';
    if (isText(path) && path.findParent((/** @type {any} */ parent) => isMessage(parent)))
      return 'The text of an error or a log line.';
    if (path.isStringLiteral({ value: '' }) && path.parentPath.isObjectProperty())
      return 'It only fills a place that the type has.';
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'meaningless', meaningless)];

/** @param {any} path */
function isText(path) {
  return Boolean(path.isStringLiteral()) || Boolean(path.isTemplateLiteral());
}

/**
 * What an error or a log line is made of; an error's code is not among it.
 * @param {any} path
 */
function isMessage(path) {
  if (path.isObjectProperty()) return ['internal', 'detail'].includes(path.node.key.name);
  if (path.isNewExpression()) return path.node.callee.name === 'Error';
  return Boolean(path.isCallExpression()) && LOGGERS.has(path.node.callee.property?.name);
}
