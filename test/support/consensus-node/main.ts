/**
 * A consensus node as a process of its own: `node --import ./harness/typescript.js test/support/consensus-node/main.ts`.
 * Prints one line of JSON, the environment for a service that is to use it and the address that takes orders, and ends
 * when its stdin closes.
 */
import { once } from 'node:events';
import { ConsensusNode } from './consensus-node.js';

const node = await ConsensusNode.start();
process.stdout.write(`${JSON.stringify({ environment: node.environment(), controlUrl: node.controlUrl })}\n`);
await Promise.race([once(process.stdin.resume(), 'close'), once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await node.close();
