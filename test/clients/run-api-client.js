/** @tenderly/api-client, the HTTP client of Tenderly's Hardhat plugin, as the plugin makes it. */
import { TenderlyService } from '@tenderly/api-client';
import { answerLines } from './answer-lines.js';

const service = /** @type {Record<string, (...args: unknown[]) => Promise<unknown>>} */ (
  /** @type {unknown} */ (new TenderlyService('Hardhat'))
);

await answerLines(async (method, args) => service[method]?.(...args));
