/** The process that loads. Its orders come on the standard input, its result goes to the standard output. */
import { text } from 'node:stream/consumers';
import { saturateByAutocannon } from './autocannon.js';
import type { PacedOrder, SaturationOrder } from './order.js';
import { pace } from './paced.js';
import { saturateByWrk } from './wrk.js';

const order = JSON.parse(await text(process.stdin)) as SaturationOrder | PacedOrder;
const result = await loadBy(order);
process.stdout.write(JSON.stringify(result), () => process.exit(0));

function loadBy(order: SaturationOrder | PacedOrder): Promise<unknown> {
  if (order.kind === 'paced') return pace(order);
  return order.by === 'wrk' ? saturateByWrk(order) : saturateByAutocannon(order);
}
