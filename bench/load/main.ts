/** The process that loads. Its orders come on the standard input, its result goes to the standard output. */
import { text } from 'node:stream/consumers';
import type { PacedOrder, SaturationOrder } from './order.js';
import { pace } from './paced.js';
import { saturate } from './saturation.js';

const order = JSON.parse(await text(process.stdin)) as SaturationOrder | PacedOrder;
const result = await (order.kind === 'paced' ? pace(order) : saturate(order));
process.stdout.write(JSON.stringify(result), () => process.exit(0));
