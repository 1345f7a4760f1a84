/**
 * Consensus node as its own process: `node --import ./harness/typescript.js test/support/consensus-node/main.ts`.
 * Prints one line of JSON: the environment for a service, and the address for commands. Ends when its stdin closes.
 */
import { once } from 'node:events';
import { ConsensusNode } from './consensus-node.js';

const node = await ConsensusNode.start();
process.stdout.write(`${JSON.stringify({ environment: node.environment(), controlUrl: node.controlUrl })}\n`);
await Promise.race([once(process.stdin.resume(), 'close'), once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await node.close();
