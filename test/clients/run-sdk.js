/** @tenderly/sdk for the account of the first argument, with the key of the second. */
import { ApiError, Network, Tenderly } from '@tenderly/sdk';
import { answerLines } from './answer-lines.js';

const [accountName = '', accessKey = ''] = process.argv.slice(2);
const { contracts } = new Tenderly({ accountName, projectName: 'any', accessKey, network: Network.MAINNET });

const reader = /** @type {Record<string, (...args: unknown[]) => Promise<unknown>>} */ (
  /** @type {unknown} */ (contracts)
);

await answerLines(async (method, args) => {
  try {
    return { value: await reader[method]?.(...args) };
  } catch (error) {
    const { name, status, id, slug, message } = /** @type {Record<string, unknown>} */ (error);
    return { error: { name, status, id, slug, message, isApiError: error instanceof ApiError } };
  }
});
