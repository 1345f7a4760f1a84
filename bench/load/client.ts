/** The process of a load by our own client. Its order comes on the standard input, its result goes to the standard output. */
import { text } from 'node:stream/consumers';
import { loadClosed } from './closed.js';
import type { ClosedOrder, PacedOrder } from './order.js';
import { loadPaced } from './paced.js';

const order = JSON.parse(await text(process.stdin)) as ClosedOrder | PacedOrder;
const result = await (order.kind === 'paced' ? loadPaced(order) : loadClosed(order));
process.stdout.write(JSON.stringify(result), () => process.exit(0));
